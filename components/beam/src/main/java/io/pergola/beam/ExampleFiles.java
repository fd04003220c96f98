package io.pergola.beam;

import io.pergola.beam.internal.ParquetColumn;
import io.pergola.beam.internal.ParquetFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * The files of an examples artifact: a folder for each split, and in it {@code part-00000.parquet},
 * {@code part-00001.parquet} and so on. Names that start with a dot are not seen: they are being
 * written.
 *
 * <p>Only footers are read. Methods throw {@link UncheckedIOException} if a folder or footer cannot
 * be read.
 */
public final class ExampleFiles {
  private static final String SUFFIX = ".parquet";

  private ExampleFiles() {}

  /** The names of the splits, sorted; folders whose names begin with {@code _} are none. */
  public static List<String> splits(Path examples) {
    return list(examples, Files::isDirectory).stream()
        .filter(name -> !name.startsWith("_"))
        .toList();
  }

  /**
   * The columns of the examples, the same in every file of every split.
   *
   * @throws IllegalArgumentException if two files disagree, or there is no file; the message names
   *     them
   */
  public static ExampleSchema schema(Path examples) {
    Path first = null;
    ExampleSchema schema = null;
    for (String split : splits(examples)) {
      for (Path file : files(examples, split)) {
        ExampleSchema found = schemaOf(file);
        if (schema == null || first == null) {
          schema = found;
          first = file;
        } else if (!schema.equals(found)) {
          throw new IllegalArgumentException(
              "Cannot read %s as one set of examples: %s has the columns %s, but %s has %s. Write all files with the same columns."
                  .formatted(examples, first, schema.columns(), file, found.columns()));
        }
      }
    }
    if (schema == null) {
      throw new IllegalArgumentException(
          "Cannot read the columns of %s: it has no split with a Parquet file. Check the path."
              .formatted(examples));
    }
    return schema;
  }

  /** The columns of one Parquet file. */
  public static ExampleSchema schemaOf(Path file) {
    try (ParquetFileReader reader = ParquetFiles.open(file)) {
      return new ExampleSchema(
          ParquetColumn.of(reader.getFileMetaData().getSchema()).stream()
              .map(ParquetColumn::field)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The row groups of all splits, in the order of splits, file names and positions. */
  public static List<RowGroup> rowGroups(Path examples) {
    return rowGroups(examples, splits(examples));
  }

  /**
   * The row groups of some splits, in the order given, then of file names and positions.
   *
   * @throws IllegalArgumentException if there is no such split; the message names those there are
   */
  public static List<RowGroup> rowGroups(Path examples, Collection<String> splits) {
    List<RowGroup> groups = new ArrayList<>();
    for (String split : splits) {
      long firstRow = 0;
      for (Path file : files(examples, split)) {
        for (RowGroup group : rowGroupsOf(split, file, firstRow)) {
          groups.add(group);
          firstRow += group.rows();
        }
      }
    }
    return groups;
  }

  /**
   * The row groups of one Parquet file, which may stand anywhere.
   *
   * @param firstRow the number of the file's first row in its split
   */
  public static List<RowGroup> rowGroupsOf(String split, Path file, long firstRow) {
    try (ParquetFileReader reader = ParquetFiles.open(file)) {
      List<RowGroup> groups = new ArrayList<>();
      long row = firstRow;
      for (BlockMetaData block : reader.getRowGroups()) {
        groups.add(new RowGroup(split, file.toString(), groups.size(), block.getRowCount(), row));
        row += block.getRowCount();
      }
      return groups;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The number of examples in a split. */
  public static long rows(Path examples, String split) {
    return rowGroups(examples, List.of(split)).stream().mapToLong(RowGroup::rows).sum();
  }

  /**
   * Where part {@code part} of a split belongs.
   *
   * @param part from 0; names of up to 100,000 parts sort in order
   */
  public static Path partFile(Path examples, String split, int part) {
    if (part < 0) {
      throw new IllegalArgumentException("Invalid part: %d (must be 0 or more)".formatted(part));
    }
    return examples.resolve(split).resolve("part-%05d%s".formatted(part, SUFFIX));
  }

  private static List<Path> files(Path examples, String split) {
    Path folder = examples.resolve(split);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "Cannot find split '%s' of %s: it has %s. Correct the name."
              .formatted(split, examples, String.join(", ", splits(examples))));
    }
    return list(folder, Files::isRegularFile).stream()
        .filter(name -> name.endsWith(SUFFIX))
        .map(folder::resolve)
        .toList();
  }

  private static List<String> list(Path folder, Predicate<Path> kind) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(kind)
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot list %s: %s. Check the path.".formatted(folder, e.getMessage()), e);
    }
  }
}
