package io.pergola.examplegen.internal.avro;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;

/** Container files whose bytes depend on nothing but the records. */
final class AvroContainers {
  private AvroContainers() {}

  /** Begins a file. */
  static <D> DataFileWriter<D> create(Schema schema, Path file, CodecFactory codec)
      throws IOException {
    return new DataFileWriter<D>(new GenericDatumWriter<>(schema))
        .setCodec(codec)
        .create(schema, Files.newOutputStream(file), marker(schema));
  }

  /** Stands between blocks; Avro would draw it at random. */
  private static byte[] marker(Schema schema) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(schema.toString().getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(digest, DataFileConstants.SYNC_SIZE);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }
}
