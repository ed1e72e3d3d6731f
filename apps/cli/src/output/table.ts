// Tables and trees in plain text.

/** Columns padded to their widest cell and separated by two spaces; the last column is not padded. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
  );
}

export interface TreeNode {
  readonly label: string;
  readonly children: readonly TreeNode[];
}

/** The usual drawing with `├──` and `└──`. */
export function renderTree(root: TreeNode): readonly string[] {
  return [root.label, ...renderChildren(root.children, '')];
}

function renderChildren(children: readonly TreeNode[], indent: string): readonly string[] {
  return children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    const deeper = `${indent}${isLast ? '    ' : '│   '}`;
    return [`${indent}${isLast ? '└── ' : '├── '}${child.label}`, ...renderChildren(child.children, deeper)];
  });
}
