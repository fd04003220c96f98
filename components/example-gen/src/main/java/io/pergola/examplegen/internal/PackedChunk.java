package io.pergola.examplegen.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A chunk on its way to a worker: engines serialise each of them again and again. A chunk of small
 * files is 30,000 pieces, which cost more to serialise object by object than to read.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record PackedChunk(byte[] bytes) implements Serializable {

  static PackedChunk of(Chunk chunk) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(chunk.number());
      out.writeInt(chunk.split());
      out.writeInt(chunk.pieces().size());
      for (Piece piece : chunk.pieces()) {
        InputFile file = piece.file();
        writeText(out, file.name());
        writeText(out, file.path());
        out.writeLong(file.size());
        out.writeBoolean(file.compressed());
        out.writeLong(piece.from());
        out.writeLong(piece.to());
        out.writeInt(piece.index());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PackedChunk(bytes.toByteArray());
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Serial
  private Object readResolve() {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int number = in.readInt();
      int split = in.readInt();
      int count = in.readInt();
      List<Piece> pieces = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        InputFile file = new InputFile(readText(in), readText(in), in.readLong(), in.readBoolean());
        pieces.add(new Piece(file, in.readLong(), in.readLong(), in.readInt()));
      }
      return new Chunk(number, split, pieces);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
