package io.pergola.examplegen.internal.avro;

import io.pergola.examplegen.internal.RowValues;
import java.io.IOException;
import org.apache.avro.io.Decoder;

/** Reads one part of a record, and puts what is wanted of it into a row. */
@FunctionalInterface
interface AvroStep {
  void read(Decoder in, RowValues row) throws IOException;
}
