package io.pergola.run.internal;

import io.pergola.metadata.DigestMemo;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanSelection;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the cache keys of a pipeline's nodes. */
public final class NodeKeys {
  /** Stands for the content of an input that is not there yet. */
  static final String UNKNOWN = "?";

  private static final String ABSENT = "absent";

  private final BuiltPipeline pipeline;
  private final ExternalFiles externalFiles;

  public NodeKeys(BuiltPipeline pipeline, DigestMemo memo) {
    this.pipeline = pipeline;
    this.externalFiles = new ExternalFiles(memo);
  }

  /**
   * What a node's outputs depend on.
   *
   * @param inputs by input name; an empty one is known to be absent, one not there is not known yet
   * @param spans what the node reads, if its data comes in spans
   * @throws java.nio.file.NoSuchFileException if a file outside the store is missing
   */
  KeyParts of(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans)
      throws IOException {
    Component<?> component = Topology.component(pipeline, node.id());
    SortedMap<String, KeyParts.Part> parts = new TreeMap<>();
    String type = component.getClass().getName();
    parts.put(KeyParts.COMPONENT, new KeyParts.Part(type, type));
    parts.put(KeyParts.CODE, new KeyParts.Part(node.code(), node.component()));
    node.fingerprints()
        .forEach(
            (name, digest) ->
                parts.put(
                    KeyParts.PARAMETER + name,
                    new KeyParts.Part(digest, node.parameters().getOrDefault(name, ""))));
    for (PipelineGraph.Input input : node.inputs()) {
      Optional<ArtifactRecord> artifact = inputs.get(input.name());
      String hash =
          artifact == null ? UNKNOWN : artifact.map(ArtifactRecord::contentHash).orElse(ABSENT);
      parts.put(
          KeyParts.INPUT + input.name(),
          new KeyParts.Part(hash, input.node() + "." + input.output()));
    }
    for (PipelineGraph.Output output : node.outputs()) {
      parts.put(KeyParts.OUTPUT + output.name(), new KeyParts.Part(output.type(), output.name()));
    }
    parts.putAll(externalFiles.parts(component.externalInputs()));
    if (spans.isPresent()) {
      parts.remove(KeyParts.PARAMETER + "spans");
      parts.put(
          KeyParts.SPANS,
          new KeyParts.Part(SpanVersions.text(spans.get().found()), spans.get().reads()));
      for (FoundSpan span : spans.get().found()) {
        parts.putAll(externalFiles.parts(span.files()));
      }
    }
    return new KeyParts(parts);
  }
}
