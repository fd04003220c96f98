package io.pergola.examplegen.internal;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pergola.artifact.Examples;
import io.pergola.examplegen.BadRowPolicy;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.InputOptions;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.DoFn;

/** The file {@code rows.json} of an artifact: what became of the rows of the input. */
public final class RowsFile {
  private static final String NAME = "rows.json";
  private static final int FORMAT = 1;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private RowsFile() {}

  private record Content(int format, RowCounts rows) {}

  /** Writes the counts of all chunks together. */
  static final class WriteFn extends DoFn<RowCounts, Void> {
    private static final long serialVersionUID = 1L;

    private final String examples;

    WriteFn(Path examples) {
      this.examples = examples.toString();
    }

    @ProcessElement
    public void process(@Element RowCounts counts) throws IOException {
      String json = MAPPER.writeValueAsString(new Content(FORMAT, counts)) + "\n";
      DurableFiles.write(Path.of(examples, NAME), json.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Notes the counts as properties of the examples, if there are any.
   *
   * @throws InputException if there are more bad rows than allowed
   */
  public static void finish(
      InputOptions options, Artifacts artifacts, Channel<? extends Examples<?>> examples) {
    if (!options.countsRows()) {
      return;
    }
    RowCounts counts = read(artifacts.of(examples).directory());
    check(options.badRows(), counts);
    Execution execution = artifacts.execution();
    execution.property(examples, "rows_read", counts.read());
    execution.property(examples, "rows_bad", counts.bad());
    execution.property(examples, "rows_bad_fraction", counts.badFraction());
    execution.property(examples, "rows_filtered", counts.filtered());
    execution.property(examples, "rows_not_sampled", counts.unsampled());
    execution.property(examples, "row_groups_skipped", counts.skippedGroups());
  }

  /** Reads the counts of an artifact. */
  static RowCounts read(Path examples) {
    try {
      Content content = MAPPER.readValue(Files.readAllBytes(examples.resolve(NAME)), Content.class);
      return content.rows();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read %s: %s. Run the node again.".formatted(examples.resolve(NAME), e), e);
    }
  }

  private static void check(BadRowPolicy policy, RowCounts counts) {
    if (policy.treatment() == BadRowPolicy.Treatment.FAIL
        || counts.badFraction() <= policy.upTo()) {
      return;
    }
    throw new InputException(
        counts.first().get(0).file(),
        0,
        "Cannot use the input: %d of %d rows are bad, a share of %.6f (at most %s). Correct them, or allow more. The first %s:%n%s"
            .formatted(
                counts.bad(),
                counts.read(),
                counts.badFraction(),
                policy.upTo(),
                counts.first().size() == 1 ? "is" : counts.first().size() + " are",
                counts.first().stream()
                    .map(place -> "  " + place.reason())
                    .collect(Collectors.joining("\n"))));
  }
}
