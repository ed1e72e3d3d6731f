/** Columns are separated by three spaces and every cell is padded, the last one of a line too. */
export function renderPaddedTable(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row.map((cell, column) => `${cell}${' '.repeat((widths[column] ?? 0) - widthOf(cell) + 3)}`).join(''),
  );
}

/** In characters, not in UTF-16 units. */
function widthOf(text: string): number {
  return Array.from(text).length;
}
