package io.pergola.examplegen.internal.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.examplegen.TfRecordExampleGen.Message;
import io.pergola.examplegen.TfRecords;
import io.pergola.examplegen.internal.FoundColumns;
import io.pergola.examplegen.internal.InputFile;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.PieceScan;
import io.pergola.examplegen.internal.PieceStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfRecordScanTest {
  @TempDir Path folder;

  @Test
  void givesEveryRecordOnceForPiecesOfAnySize() throws IOException {
    List<byte[]> records = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 12; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      records.add(TfRecords.example(Map.of("id", (long) i, "noise", noise)));
    }
    checkAllPieces(records);
  }

  /** A record whose data are records themselves looks like more of them from inside. */
  @Test
  void isNotMisledByRecordsInsideRecords() throws IOException {
    byte[] small = TfRecords.frame(TfRecords.example(Map.of("id", 99L)));
    byte[] broken = TfRecords.frame(new byte[200]);
    byte[] many = new byte[small.length * 5 + 12];
    for (int i = 0; i < 5; i++) {
      System.arraycopy(small, 0, many, i * small.length, small.length);
    }
    System.arraycopy(broken, 0, many, 5 * small.length, 12);
    checkAllPieces(
        List.of(
            TfRecords.example(Map.of("id", 1L)),
            TfRecords.example(Map.of("nested", many)),
            TfRecords.example(Map.of("id", 2L)),
            TfRecords.example(Map.of("nested", many)),
            TfRecords.example(Map.of("id", 3L))));
  }

  @Test
  void namesTheRecordOfDamageInALaterPiece() throws IOException {
    byte[] record = TfRecords.example(Map.of("id", 1L));
    Path path =
        TfRecords.write(
            folder.resolve("t"), TfRecords.Compression.NONE, Collections.nCopies(20, record));
    byte[] bytes = Files.readAllBytes(path);
    int size = bytes.length / 20;
    bytes[15 * size + 3] ^= 1;
    Files.write(path, bytes);
    assertThatThrownBy(() -> read(path, 4L * size))
        .hasMessageStartingWith(
            "Cannot read %s record 16 at byte %d: the checksum of the record's length is wrong."
                .formatted(path, 15 * size));
  }

  private void checkAllPieces(List<byte[]> records) throws IOException {
    Path path = TfRecords.write(folder.resolve("t"), TfRecords.Compression.NONE, records);
    List<Long> numbers = new ArrayList<>();
    for (long i = 1; i <= records.size(); i++) {
      numbers.add(i);
    }
    for (long bytes = 13; bytes <= Files.size(path); bytes++) {
      assertThat(read(path, bytes)).as("pieces of %d", bytes).isEqualTo(numbers);
    }
  }

  private static List<Long> read(Path path, long bytes) throws IOException {
    InputFile file = new InputFile(path.toString(), path.toString(), Files.size(path), false);
    List<PieceScan> scans = new ArrayList<>();
    List<Long> records = new ArrayList<>();
    for (Piece piece : file.pieces(bytes)) {
      PieceStart start = TfRecordScan.start(file, scans);
      try (TfRecordReader reader = new TfRecordReader(piece, start, Message.EXAMPLE)) {
        while (reader.next()) {
          reader.parse(
              new ExampleParser(new LookSink(new FoundColumns(), reader::place), Message.EXAMPLE));
          records.add(reader.record());
        }
      }
      scans.add(new PieceScan(file.path(), piece.index(), TfRecordScan.of(piece)));
    }
    return records;
  }
}
