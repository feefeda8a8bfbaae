/**
 * Figures of an undirected graph without loops, given as its matrix of weights, row by row: 0 is no edge, weights may be negative.
 * Both follow the definitions of NetworkX, which the SDK calls.
 *
 * @module
 */

/**
 * The mean over all nodes of the weighted clustering coefficient: for each pair of neighbours the cube root of the product of the triangle's
 * three weights, by the pairs there are (Onnela et al., Phys. Rev. E 71, 065103, 2005). Weights are divided by the largest of all.
 */
export function meanClustering(weights: Float64Array, nodes: number): number {
  const largest = weights.reduce((most, weight) => (weight !== 0 && weight > most ? weight : most), Number.NEGATIVE_INFINITY);
  let total = 0;
  for (let node = 0; node < nodes; node++) {
    const neighbours = neighboursOf(weights, nodes, node);
    let triangles = 0;
    for (const [at, first] of neighbours.entries()) {
      for (const second of neighbours.slice(at + 1)) {
        // In bounds, as all below: both are nodes.
        const between = weights[first * nodes + second] as number;
        if (between === 0) continue;
        const toFirst = weights[node * nodes + first] as number;
        const toSecond = weights[node * nodes + second] as number;
        triangles += Math.cbrt((toFirst / largest) * (between / largest) * (toSecond / largest));
      }
    }
    if (triangles !== 0) total += (2 * triangles) / (neighbours.length * (neighbours.length - 1));
  }
  return total / nodes;
}

/**
 * The largest share of shortest paths between two others that pass through a node, weights as lengths; 0 below three nodes. Paths of equal
 * length, to the last bit, share (Brandes, J. Math. Sociol. 25, 163, 2001). Cubic in nodes.
 */
export function largestBetweenness(weights: Float64Array, nodes: number): number {
  if (nodes < 3) return 0;
  const neighbours = Array.from({ length: nodes }, (_, node) => neighboursOf(weights, nodes, node));
  const betweenness = new Float64Array(nodes);
  for (let source = 0; source < nodes; source++) {
    const { order, paths, before } = shortestPaths(weights, neighbours, source);
    const dependency = new Float64Array(nodes);
    for (const node of order.reverse()) {
      for (const previous of before[node] ?? []) {
        // Node numbers, all in bounds.
        const share = ((paths[previous] as number) / (paths[node] as number)) * (1 + (dependency[node] as number));
        dependency[previous] = (dependency[previous] as number) + share;
      }
      if (node !== source) betweenness[node] = (betweenness[node] as number) + (dependency[node] as number);
    }
  }
  return Math.max(...betweenness) / ((nodes - 1) * (nodes - 2));
}

interface Paths {
  /** Nodes that can be reached, nearest first. */
  readonly order: number[];
  /** Shortest paths from the source to each node. */
  readonly paths: Float64Array;
  /** The nodes that come just before each on those paths. */
  readonly before: readonly (readonly number[])[];
}

/** Dijkstra's; of nodes that are equally far the one that was seen first comes first. A node's distance is final once it is taken. */
function shortestPaths(weights: Float64Array, neighbours: readonly (readonly number[])[], source: number): Paths {
  const nodes = neighbours.length;
  const distance = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const seen = new Float64Array(nodes);
  const done = new Uint8Array(nodes);
  const paths = new Float64Array(nodes);
  const before: number[][] = Array.from({ length: nodes }, () => []);
  const order: number[] = [];
  let sightings = 0;
  distance[source] = 0;
  paths[source] = 1;
  for (let node: number | undefined = source; node !== undefined; node = nearest()) {
    done[node] = 1;
    order.push(node);
    for (const next of neighbours[node] ?? []) {
      // Node numbers, all in bounds.
      const length = (distance[node] as number) + (weights[node * nodes + next] as number);
      if (done[next] === 0 && length < (distance[next] as number)) {
        distance[next] = length;
        seen[next] = ++sightings;
        paths[next] = paths[node] as number;
        before[next] = [node];
      } else if (done[next] === 0 && length === distance[next]) {
        paths[next] = (paths[next] as number) + (paths[node] as number);
        before[next]?.push(node);
      }
    }
  }
  return { order, paths, before };

  function nearest(): number | undefined {
    let best: number | undefined;
    for (let node = 0; node < nodes; node++) {
      if (done[node] === 1 || distance[node] === Number.POSITIVE_INFINITY) continue;
      const nearer = best === undefined ? -1 : (distance[node] as number) - (distance[best] as number);
      if (best === undefined || nearer < 0 || (nearer === 0 && (seen[node] as number) < (seen[best] as number))) best = node;
    }
    return best;
  }
}

function neighboursOf(weights: Float64Array, nodes: number, node: number): number[] {
  const found: number[] = [];
  for (let other = 0; other < nodes; other++) if (weights[node * nodes + other] !== 0) found.push(other);
  return found;
}
