// Words of the reasons that results carry.

const minuteMs = 60_000;

/** How old something is, roughly: `5 minutes`, `3 hours`, `12 days`. */
export function ageText(from: Date, to: Date): string {
  const minutes = Math.max(0, Math.floor((to.getTime() - from.getTime()) / minuteMs));
  if (minutes < 120) return countText(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? countText(hours, 'hour') : countText(Math.floor(hours / 24), 'day');
}

function countText(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
