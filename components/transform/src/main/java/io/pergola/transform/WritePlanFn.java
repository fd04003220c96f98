package io.pergola.transform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;

/** Writes the fitted plan. */
final class WritePlanFn extends DoFn<String, Void> {
  private static final long serialVersionUID = 1L;

  private final String graph;

  WritePlanFn(Path graph) {
    this.graph = graph.toString();
  }

  @ProcessElement
  public void process(@Element String plan) throws IOException {
    Files.createDirectories(Path.of(graph));
    PlanFile.parse(plan, "the fitted plan").write(Path.of(graph));
  }
}
