package io.pergola.benchmarks;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** The examples that statistics are measured on. */
enum StatisticsData {
  /** Taxi trips: 18 columns, mostly with dictionaries. */
  TAXI {
    @Override
    void write(Path examples, long rows) throws IOException {
      TaxiExamples.write(examples, rows);
    }
  },
  /** 200 columns: 80 of floats, 60 of small and 20 of large integers, 40 of text. */
  WIDE {
    @Override
    void write(Path examples, long rows) throws IOException {
      List<Field> fields = new ArrayList<>();
      for (int c = 0; c < 200; c++) {
        ColumnType type =
            c % 5 == 4 ? ColumnType.TEXT : c % 5 < 2 ? ColumnType.FLOAT : ColumnType.INT;
        fields.add(Field.of("%s_%03d".formatted(type.name().charAt(0), c), type));
      }
      write(
          examples,
          rows,
          new ExampleSchema(fields),
          (random, row, batch) -> {
            for (int c = 0; c < 200; c++) {
              if (random.nextInt(20) == 0) {
                continue;
              }
              switch (fields.get(c).type()) {
                case FLOAT -> batch.putFloat(c, (float) (random.nextDouble() * 1_000));
                case INT ->
                    batch.putLong(
                        c, c % 4 == 3 ? random.nextLong(1L << 40) : random.nextInt(1 + c * 7));
                default -> batch.putText(c, "category-" + random.nextInt(1 + c * 5));
              }
            }
          });
    }
  },
  /** One column of text, every value of 40 bytes another. */
  TEXTS {
    @Override
    void write(Path examples, long rows) throws IOException {
      write(
          examples,
          rows,
          new ExampleSchema(List.of(Field.of("key", ColumnType.TEXT))),
          (random, row, batch) ->
              batch.putText(
                  0, "%016x-%023d".formatted(random.nextLong(), row * 7_919L % 1_000_000_007L)));
    }
  },
  /** One column of 20 words a row, of 50,000 words that are as frequent as those of a language. */
  TOKENS {
    @Override
    void write(Path examples, long rows) throws IOException {
      write(
          examples,
          rows,
          new ExampleSchema(List.of(new Field("words", ColumnType.TEXT, true))),
          (random, row, batch) -> {
            for (int i = 0; i < 20; i++) {
              double rank = Math.exp(random.nextDouble() * Math.log(50_000));
              batch.putText(0, "word" + (int) rank);
            }
          });
    }
  };

  private static final int ROWS_PER_FILE = 5_000_000;
  private static final int ROWS_PER_BATCH = 16_384;

  /** Writes so many rows into split {@code train} of an examples directory. */
  abstract void write(Path examples, long rows) throws IOException;

  /** The examples in a folder, written if they are not there. */
  Path in(Path folder, long rows) throws IOException {
    Path examples = folder.resolve(name().toLowerCase(Locale.ROOT) + "-" + rows);
    if (!Files.exists(examples)) {
      write(examples, rows);
    }
    return examples;
  }

  private interface Row {
    void put(SplittableRandom random, long row, ExampleBatchBuilder batch);
  }

  static void write(Path examples, long rows, ExampleSchema schema, Row row) throws IOException {
    SplittableRandom random = new SplittableRandom(20_130_101);
    long done = 0;
    for (int part = 0; done < rows; part++) {
      long end = Math.min(rows, done + ROWS_PER_FILE);
      try (ExampleFileWriter file =
          ExampleFileWriter.open(ExampleFiles.partFile(examples, "train", part), schema)) {
        ExampleBatchBuilder batch = new ExampleBatchBuilder(schema);
        while (done < end) {
          row.put(random, done++, batch);
          batch.endRow();
          if (batch.rows() == ROWS_PER_BATCH) {
            file.write(batch.build());
          }
        }
        if (batch.rows() > 0) {
          file.write(batch.build());
        }
      }
    }
  }
}
