package io.pergola.examplegen.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.examplegen.FileFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkTest {
  @TempDir Path folder;

  @Test
  void packsSmallFilesAndCutsLargeOnes() throws Exception {
    CsvFormat format = csv();
    List<InputFile> files = new ArrayList<>();
    for (long size : new long[] {40, 50, 20, 250, 10, 10}) {
      files.add(new InputFile(files.size() + ".csv", "/" + files.size(), size, false));
    }
    files.add(new InputFile("y.csv.gz", "/y", 20, true));
    files.add(new InputFile("z.csv.gz", "/z", 1_000, true));
    assertThat(
            Chunk.plan(format, files, 100, 0, Chunk.BY_VALUES).stream()
                .map(
                    c ->
                        c.pieces().stream()
                            .map(p -> p.file().name() + " " + p.from())
                            .toList()
                            .toString())
                .toList())
        .containsExactly(
            "[0.csv 0, 1.csv 0]",
            "[2.csv 0]",
            "[3.csv 0]",
            "[3.csv 83]",
            "[3.csv 166]",
            "[4.csv 0, 5.csv 0, y.csv.gz 0]",
            "[z.csv.gz 0]");
  }

  @Test
  void packsAHundredThousandSmallFilesIntoFewChunks() throws Exception {
    List<InputFile> files = new ArrayList<>();
    for (int f = 0; f < 100_000; f++) {
      files.add(new InputFile(f + ".csv", "/" + f, 1_024, false));
    }
    List<Chunk> chunks = Chunk.plan(csv(), files, ExampleJob.CHUNK_BYTES, 7, 2);
    assertThat(chunks).extracting(Chunk::number).containsExactly(7, 8, 9, 10);
    assertThat(chunks).extracting(Chunk::split).containsOnly(2);
    assertThat(chunks.stream().mapToInt(c -> c.pieces().size()).sum()).isEqualTo(100_000);
  }

  @Test
  void isEqualAfterSerialising() throws Exception {
    InputFile file = new InputFile("data/zoë.csv", "/data/zoë.csv", 250, false);
    List<Piece> pieces = new ArrayList<>(file.pieces(100));
    pieces.add(new InputFile("y.csv.gz", "/y.csv.gz", 20, true).whole());
    Chunk chunk = new Chunk(7, Chunk.BY_VALUES, pieces);
    assertThat(SerializableUtils.clone(chunk)).isEqualTo(chunk);
  }

  @Test
  void serialisesSmallFilesInFewBytes() throws Exception {
    List<Piece> pieces = new ArrayList<>();
    for (int f = 0; f < 10_000; f++) {
      String name = "%05d.csv".formatted(f);
      pieces.add(new InputFile(name, "/" + name, 1_024, false).whole());
    }
    byte[] bytes = SerializableUtils.serializeToByteArray(new Chunk(0, 0, pieces));
    assertThat(bytes).hasSizeLessThan(10_000 * 60);
  }

  private CsvFormat csv() throws Exception {
    Path file = Files.writeString(folder.resolve("a.csv"), "a\n");
    return CsvFormat.of(List.of(InputFile.of(file, FileFormat.CSV)), List.of());
  }
}
