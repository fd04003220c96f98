package io.pergola.examplegen.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pergola.examplegen.BadRowPolicy;
import io.pergola.examplegen.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of one chunk that cannot be read: counted, and if so wanted written to files of their
 * own. Nothing is visible before {@link #publish}; a second attempt replaces what the first wrote.
 * Not thread-safe.
 */
final class RefusedRows implements BadRecords, AutoCloseable {
  /** The folder of the artifact that says what is wrong with them. */
  static final String FOLDER = "_bad_rows";

  /** The folder below it that has them as files that can be read again. */
  static final String RECORDS = "records";

  private static final JsonFactory JSON = new JsonFactory();

  private final Path folder;
  private final int chunk;
  private final BadRowPolicy.Treatment treatment;
  private final Map<Path, Output> outputs = new LinkedHashMap<>();
  private final List<RowCounts.Place> first = new ArrayList<>();
  private long count;

  private record Output(Path temporary, Path file, Object kind, Replay.Records records) {}

  RefusedRows(Path examples, int chunk, BadRowPolicy policy) {
    folder = examples.resolve(FOLDER);
    this.chunk = chunk;
    treatment = policy.treatment();
  }

  @Override
  public void add(InputException problem, String raw, Optional<? extends Replay> replay)
      throws IOException {
    if (treatment == BadRowPolicy.Treatment.FAIL) {
      throw problem;
    }
    if (first.size() < RowCounts.FIRST) {
      first.add(
          new RowCounts.Place(chunk, count, problem.file(), String.valueOf(problem.getMessage())));
    }
    count++;
    if (treatment == BadRowPolicy.Treatment.DEAD_LETTER) {
      report(problem, raw, replay);
      if (replay.isPresent()) {
        write(folder.resolve(RECORDS), replay.get());
      }
    }
  }

  private void report(InputException problem, String raw, Optional<? extends Replay> replay)
      throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("file", problem.file());
      json.writeNumberField("record", problem.record());
      json.writeStringField("reason", String.valueOf(problem.getMessage()));
      json.writeStringField("raw", raw);
      if (replay.isPresent()
          && replay.get() instanceof RawRecord record
          && !Utf8.isValid(record.bytes(), 0, record.bytes().length)) {
        json.writeStringField("raw_base64", Base64.getEncoder().encodeToString(record.bytes()));
      }
      json.writeEndObject();
    }
    byte[] bytes = line.toByteArray();
    write(folder, RawRecord.line(".jsonl", bytes, 0, bytes.length));
  }

  /** Writes a record to the file for its kind: another one where a file says something else. */
  private void write(Path parent, Replay record) throws IOException {
    for (int n = 0; ; n++) {
      String name =
          n == 0
              ? "part-%05d%s".formatted(chunk, record.suffix())
              : "part-%05d-%d%s".formatted(chunk, n, record.suffix());
      Path file = parent.resolve(name);
      Output there = outputs.get(file);
      if (there == null) {
        Path temporary = DurableFiles.temporary(file);
        there = new Output(temporary, file, record.kind(), record.create(temporary));
        outputs.put(file, there);
      }
      if (there.kind().equals(record.kind())) {
        there.records().append(record);
        return;
      }
    }
  }

  /** How many there are. */
  long count() {
    return count;
  }

  /** The first of them. */
  List<RowCounts.Place> first() {
    return first;
  }

  /** Completes the files. */
  void publish() throws IOException {
    for (Output output : outputs.values()) {
      output.records().close();
      DurableFiles.publish(output.temporary(), output.file());
    }
    outputs.clear();
  }

  /** Gives up the files that were not published. */
  @Override
  public void close() {
    for (Output output : outputs.values()) {
      try {
        output.records().close();
        Files.deleteIfExists(output.temporary());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    outputs.clear();
  }
}
