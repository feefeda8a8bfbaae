/**
 * The mean over all nodes of the weighted clustering coefficient of an undirected graph without loops, given as its matrix of weights, row
 * by row; 0 is no edge, weights may be negative. The coefficient of a node is the sum, over the pairs of its neighbours, of the cube root of
 * the product of the triangle's three weights, by the number of pairs (Onnela et al., Phys. Rev. E 71, 065103, 2005). Weights are divided
 * by the largest of all. Cubic in nodes.
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

function neighboursOf(weights: Float64Array, nodes: number, node: number): number[] {
  const found: number[] = [];
  for (let other = 0; other < nodes; other++) if (weights[node * nodes + other] !== 0) found.push(other);
  return found;
}
