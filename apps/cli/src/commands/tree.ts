import type { ContentStore } from '@nv2/content';
import { defineCommand } from '../command.ts';
import { maxTreeDepth, maxTreeNodes } from '../limits.ts';
import { referenceOptions, registryOptions } from '../options.ts';
import { renderTree, type TreeNode } from '../output/table.ts';
import { readRegistryAccess } from '../registry-access.ts';
import { chooseSubject } from './subject-argument.ts';
import { plainText } from '@nv2/base';
import { CliError } from '../errors.ts';
import type { Descriptor } from '@nv2/oci';

interface GraphNode {
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly size: number;
  /** How it hangs below its parent. */
  readonly relation: 'root' | 'child' | 'referrer';
  readonly nodes: readonly GraphNode[];
}

export const treeCommand = defineCommand({
  path: ['tree'],
  summary: 'draw what belongs to an artifact: children of an index, signatures, SBoMs, and what refers to those',
  arguments: [
    {
      name: 'subject',
      description: 'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag]',
      isOptional: true,
    },
  ],
  options: { ...referenceOptions, ...registryOptions },
  examples: ['tree registry.wabbit-networks.io/net-monitor:v1', 'tree --format json oci-layout:carried/net-monitor:v1'],
  run: async (values, args, context) => {
    const { io, services } = context;
    const subject = await chooseSubject(args, values.reference);
    const [{ openSubject, resolveSubject }, access] = await Promise.all([
      import('../stores/open.ts'),
      readRegistryAccess(values, context),
    ]);
    await using opened = await openSubject(subject, { services, access, cwd: io.cwd, create: false });
    const { descriptor, name } = await resolveSubject(opened, { signal: io.signal });
    const walk: Walk = { store: opened.store, signal: io.signal, seen: new Set(), warn: context.warn };
    const graph = await readNode(walk, descriptor, 'root', 0);
    return {
      conclusion: 'done',
      report: { subject: name, graph },
      result: renderTree(drawNode(graph, name)),
      text: [],
    };
  },
});

interface Walk {
  readonly store: ContentStore;
  readonly signal: AbortSignal;
  readonly seen: Set<string>;
  readonly warn: (message: string) => void;
}

/** One manifest with everything below and above it; a manifest that was drawn already is not followed again. */
async function readNode(
  walk: Walk,
  descriptor: Descriptor,
  relation: GraphNode['relation'],
  depth: number,
): Promise<GraphNode> {
  const { artifactTypeOf, isManifestMediaType, parseManifest } = await import('@nv2/oci');
  const { digest, mediaType, size } = descriptor;
  const plain = { digest, mediaType, size, relation, nodes: [] };
  const own = descriptor.artifactType === undefined ? plain : { ...plain, artifactType: descriptor.artifactType };
  if (!isManifestMediaType(mediaType) || walk.seen.has(digest) || depth > maxTreeDepth) return own;
  if (walk.seen.size >= maxTreeNodes) throw tooLarge();
  walk.seen.add(digest);
  const manifest = await walk.store.findManifest(digest, { signal: walk.signal });
  if (manifest === undefined) return own;
  const parsed = parseManifest(manifest.bytes, mediaType);
  // An image's config type says nothing about it; for what refers to something it may be all there is.
  const artifactType = relation === 'referrer' ? artifactTypeOf(parsed) : parsed.artifactType;
  const nodes: GraphNode[] = [];
  const children = parsed.kind === 'index' ? parsed.manifests : [];
  for (const child of children) nodes.push(await readNode(walk, child, 'child', depth + 1));
  for await (const referrer of walk.store.referrers(descriptor, { signal: walk.signal })) {
    if (nodes.length >= maxTreeNodes) throw tooLarge();
    nodes.push(await readReferrer(walk, referrer, depth));
  }
  return { ...own, ...(artifactType === undefined ? {} : { artifactType }), nodes };
}

function tooLarge(): CliError {
  return new CliError(
    'CLI_USAGE',
    `the graph has more than ${maxTreeNodes} manifests, which is more than a drawing can show`,
  );
}

/** One broken referrer must not hide the others. */
async function readReferrer(walk: Walk, referrer: Descriptor, depth: number): Promise<GraphNode> {
  try {
    return await readNode(walk, referrer, 'referrer', depth + 1);
  } catch (error) {
    walk.signal.throwIfAborted();
    const { describeError } = await import('@nv2/base');
    walk.warn(`${referrer.digest} cannot be read: ${describeError(error)}`);
    return {
      digest: referrer.digest,
      mediaType: referrer.mediaType,
      size: referrer.size,
      relation: 'referrer',
      nodes: [],
    };
  }
}

function drawNode(node: GraphNode, name?: string): TreeNode {
  const type = plainText(node.artifactType ?? node.mediaType);
  const label = name ?? `${node.relation === 'child' ? 'child ' : ''}${node.digest}`;
  return { label: `${label}  ${type}`, children: node.nodes.map((child) => drawNode(child)) };
}
