package io.pergola.examplegen.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pergola.examplegen.BadRowPolicy;
import io.pergola.examplegen.InputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final byte[] LINE_BREAK = {'\n'};

  private final Path folder;
  private final int chunk;
  private final BadRowPolicy.Treatment treatment;
  private final Map<Path, Output> outputs = new LinkedHashMap<>();
  private final List<RowCounts.Place> first = new ArrayList<>();
  private long count;

  @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
  private record Output(Path temporary, Path file, byte[] head, OutputStream out) {}

  RefusedRows(Path examples, int chunk, BadRowPolicy policy) {
    folder = examples.resolve(FOLDER);
    this.chunk = chunk;
    treatment = policy.treatment();
  }

  @Override
  public void add(InputException problem, String raw, Optional<RawRecord> replay)
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
        RawRecord record = replay.get();
        output(folder.resolve(RECORDS), record.suffix(), record.head()).write(record.bytes());
      }
    }
  }

  private void report(InputException problem, String raw, Optional<RawRecord> replay)
      throws IOException {
    OutputStream out = output(folder, ".jsonl", new byte[0]);
    try (JsonGenerator json =
        JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      json.writeStartObject();
      json.writeStringField("file", problem.file());
      json.writeNumberField("record", problem.record());
      json.writeStringField("reason", String.valueOf(problem.getMessage()));
      json.writeStringField("raw", raw);
      if (replay.isPresent() && !isUtf8(replay.get().bytes())) {
        json.writeStringField(
            "raw_base64", Base64.getEncoder().encodeToString(replay.get().bytes()));
      }
      json.writeEndObject();
    }
    out.write(LINE_BREAK);
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The file for records of a kind; another one where they begin with another header. */
  private OutputStream output(Path parent, String suffix, byte[] head) throws IOException {
    for (int n = 0; ; n++) {
      String name =
          n == 0
              ? "part-%05d%s".formatted(chunk, suffix)
              : "part-%05d-%d%s".formatted(chunk, n, suffix);
      Path file = parent.resolve(name);
      Output there = outputs.get(file);
      if (there == null) {
        there = open(file, head);
        outputs.put(file, there);
      }
      if (Arrays.equals(there.head(), head)) {
        return there.out();
      }
    }
  }

  private static Output open(Path file, byte[] head) throws IOException {
    Path temporary = DurableFiles.temporary(file);
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary));
    out.write(head);
    return new Output(temporary, file, head, out);
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
      output.out().close();
      DurableFiles.publish(output.temporary(), output.file());
    }
    outputs.clear();
  }

  /** Gives up the files that were not published. */
  @Override
  public void close() {
    for (Output output : outputs.values()) {
      try {
        output.out().close();
        Files.deleteIfExists(output.temporary());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    outputs.clear();
  }
}
