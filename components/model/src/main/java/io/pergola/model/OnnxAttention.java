package io.pergola.model;

import io.pergola.model.OnnxGraph.Value;
import java.util.List;
import java.util.Optional;

/** The steps that {@link OnnxLayers#attention} is made of. */
final class OnnxAttention {
  private final OnnxGraph graph;
  private final OnnxNodes nodes;

  OnnxAttention(OnnxGraph graph) {
    this.graph = graph;
    this.nodes = graph.nodes();
  }

  Value of(Value q, Value k, Value v, int heads, Optional<Value> mask) {
    String scale = nodes.fresh("Mul") + "/scale";
    nodes.floats(scale, new float[] {(float) (1 / Math.sqrt(q.shape().get(1) / heads))});
    String products =
        nodes.add(
            "MatMul",
            List.of(byHead(q, heads, List.of(0, 2, 1, 3)), byHead(k, heads, List.of(0, 2, 3, 1))));
    String scores = nodes.add("Mul", List.of(products, scale));
    if (mask.isPresent()) {
      String zero = nodes.fresh("Greater") + "/zero";
      nodes.floats(zero, new float[] {0});
      String lowest = nodes.fresh("Where") + "/lowest";
      nodes.floats(lowest, new float[] {-Float.MAX_VALUE});
      String axes = nodes.fresh("Unsqueeze") + "/axes";
      nodes.longs(axes, new long[] {1, 2}, 2);
      String kept = nodes.add("Unsqueeze", List.of(mask.get().name(), axes));
      scores =
          nodes.add("Where", List.of(nodes.add("Greater", List.of(kept, zero)), scores, lowest));
    }
    String shares = nodes.add("Softmax", List.of(scores), OnnxNodes.integer("axis", -1));
    String found = nodes.add("MatMul", List.of(shares, byHead(v, heads, List.of(0, 2, 1, 3))));
    String steps =
        nodes.add("Transpose", List.of(found), OnnxNodes.integers("perm", List.of(0, 2, 1, 3)));
    int width = v.shape().get(1);
    String to = nodes.fresh("Reshape") + "/shape";
    nodes.longs(to, new long[] {-1, q.shape().get(0), width}, 3);
    return graph.step("Reshape", List.of(q.shape().get(0), width), List.of(steps, to));
  }

  /** A sequence [t, heads * d] as [t, heads, d], in another order. */
  private String byHead(Value x, int heads, List<Integer> perm) {
    String to = nodes.fresh("Reshape") + "/heads";
    nodes.longs(to, new long[] {-1, x.shape().get(0), heads, x.shape().get(1) / heads}, 4);
    String split = nodes.add("Reshape", List.of(x.name(), to));
    return nodes.add("Transpose", List.of(split), OnnxNodes.integers("perm", perm));
  }
}
