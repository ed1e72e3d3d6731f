import { expect, it } from 'vitest';
import { renderPaddedTable } from './table.ts';

it('pads every cell of a table, the last one too, and counts characters', () => {
  expect(
    renderPaddedTable([
      ['A', 'LONG'],
      ['🦆🦆🦆', 'x'],
    ]),
  ).toEqual(['A     LONG   ', '🦆🦆🦆   x      ']);
  expect(renderPaddedTable([])).toEqual([]);
});
