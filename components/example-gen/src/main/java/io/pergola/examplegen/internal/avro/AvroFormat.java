package io.pergola.examplegen.internal.avro;

import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.FileSchema;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.InputFile;
import io.pergola.examplegen.internal.InputFiles;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.PieceStart;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowFormat;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;

/** Avro object container files: the writer's schema says what the columns are. */
public final class AvroFormat implements RowFormat {
  private static final long serialVersionUID = 1L;

  private final ArrayList<InputColumn> columns;
  private final int ignored;

  private AvroFormat(FileSchema.Chosen chosen) {
    columns = new ArrayList<>(chosen.columns());
    ignored = chosen.ignored();
  }

  /**
   * Looks at the schemas of the files.
   *
   * @param declared the columns to read; all of them if empty
   */
  public static AvroFormat of(List<InputFile> files, List<InputColumn> declared) {
    List<FileSchema> schemas =
        files.parallelStream().map(file -> AvroFeatures.of(file.name(), schema(file))).toList();
    return new AvroFormat(FileSchema.choose(schemas, declared));
  }

  private static Schema schema(InputFile file) {
    try (DataFileReader<Object> reader =
        new DataFileReader<>(new File(file.path()), new GenericDatumReader<>())) {
      Schema schema = reader.getSchema();
      if (schema.getType() != Schema.Type.RECORD) {
        throw new InputException(
            file.name(),
            0,
            "Cannot read %s: it holds %s, not records. Write records, whose fields are the features."
                .formatted(file.name(), schema.getType().getName()));
      }
      return schema;
    } catch (IOException | AvroRuntimeException e) {
      throw new InputException(
          file.name(),
          0,
          "Cannot read %s: it is no Avro object container file (%s). Check the file and its format."
              .formatted(file.name(), e.getMessage()));
    }
  }

  @Override
  public Optional<List<InputColumn>> columns() {
    return Optional.of(columns);
  }

  @Override
  public int ignoredColumns() {
    return ignored;
  }

  @Override
  public List<Piece> cut(InputFile file, long bytes) {
    return file.pieces(bytes);
  }

  @Override
  public RecordReader open(Piece piece, PieceStart start, List<InputColumn> wanted)
      throws IOException {
    try {
      return new AvroReader(piece, wanted);
    } catch (AvroRuntimeException e) {
      throw InputFiles.unreadable(piece.file().name(), new IOException(e.getMessage(), e));
    }
  }
}
