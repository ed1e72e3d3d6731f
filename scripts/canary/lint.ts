export async function later(): Promise<void> {}

export function forgets(): void {
  later();
}
