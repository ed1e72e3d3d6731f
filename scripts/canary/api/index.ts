export function undocumented(): void {}
