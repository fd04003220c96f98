package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the files of a servable. */
public final class ServableWriter {
  private ServableWriter() {}

  /**
   * Writes {@code transform.json}, {@code core.onnx}, {@code full.onnx} if every step of the plan
   * has a standard operator, and, last, {@code signature.json}, which says whether: a directory
   * that has the signature has the rest. Other files in it are left alone.
   *
   * @param modelDirectory created if absent
   * @param plan the plan that made the features the model was trained with
   * @param coreOnnx as {@link OnnxGraph#bytes} gives it
   * @return the signature as it was written
   * @throws ModelException if the parts do not belong together or the graph is not sound; nothing
   *     is written then
   */
  public static Signature write(
      Path modelDirectory, Signature signature, FittedPlan plan, byte[] coreOnnx)
      throws IOException {
    Servable.requireSameFeatures(signature, plan, modelDirectory);
    Servable.check(coreOnnx, modelDirectory.resolve(Servable.CORE));
    FullGraph full = FullGraph.of(plan, coreOnnx);
    Files.createDirectories(modelDirectory);
    Files.deleteIfExists(modelDirectory.resolve(Signature.FILE));
    plan.write(modelDirectory);
    write(modelDirectory.resolve(Servable.CORE), coreOnnx);
    Graphs.Full state;
    if (full instanceof FullGraph.Whole whole) {
      write(modelDirectory.resolve(FullGraph.FILE), whole.onnx());
      state = Graphs.Full.THERE;
    } else {
      Files.deleteIfExists(modelDirectory.resolve(FullGraph.FILE));
      state = new Graphs.Full(Optional.of((FullGraph.Ends) full));
    }
    Signature signed =
        signature.with(new Graphs(Optional.of(state), new TreeMap<>(), Optional.empty()));
    sign(modelDirectory, signed);
    return signed;
  }

  /**
   * Writes a graph from elsewhere, the plan of its label, and, last, {@code signature.json}.
   *
   * @param signature with {@link Graphs#imported}
   * @param label computes the label, if there is one
   * @throws ModelException if the graph is not sound or not as the signature says; nothing is
   *     written then
   */
  public static void writeImported(
      Path modelDirectory, Signature signature, FittedPlan label, OnnxMl.ModelProto graph)
      throws IOException {
    ImportedGraph imported = signature.graphs().imported().orElseThrow();
    byte[] onnx = graph.toByteArray();
    Path file = modelDirectory.resolve(ImportedGraph.FILE);
    Servable.check(onnx, file);
    RawSession.open(onnx, imported, signature.outputs(), 1, file).close();
    Files.createDirectories(modelDirectory);
    Files.deleteIfExists(modelDirectory.resolve(Signature.FILE));
    label.write(modelDirectory);
    write(file, onnx);
    sign(modelDirectory, signature);
  }

  /** Writes {@code signature.json} alone, such as when figures have been added to it. */
  public static void sign(Path modelDirectory, Signature signature) throws IOException {
    write(
        modelDirectory.resolve(Signature.FILE),
        SignatureFile.text(signature).getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.write(temporary, content);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
