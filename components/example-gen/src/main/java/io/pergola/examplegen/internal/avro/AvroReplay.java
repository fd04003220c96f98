package io.pergola.examplegen.internal.avro;

import io.pergola.examplegen.internal.Replay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;

/**
 * A refused record, for a container file of its own with the schema that it was written with.
 *
 * @param encoded by Avro's binary encoding, as it stood in its block
 */
@SuppressWarnings("ArrayRecordComponent") // Written at once, never compared.
record AvroReplay(Schema schema, byte[] encoded) implements Replay {
  @Override
  public String suffix() {
    return ".avro";
  }

  @Override
  public Object kind() {
    return schema;
  }

  @Override
  public Records create(Path file) throws IOException {
    DataFileWriter<Object> writer = AvroContainers.create(schema, file, CodecFactory.nullCodec());
    return new Records() {
      @Override
      public void append(Replay record) throws IOException {
        writer.appendEncoded(ByteBuffer.wrap(((AvroReplay) record).encoded()));
      }

      @Override
      public void close() throws IOException {
        writer.close();
      }
    };
  }
}
