package io.pergola.examplegen.internal.avro;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;

/** Walks over the blocks of a file without reading what is in them. */
final class AvroBlocks {
  private AvroBlocks() {}

  /** How many records the blocks before a position have, as far as their headers can be read. */
  static long recordsBefore(String path, long position) throws IOException {
    long block;
    try (DataFileReader<Object> reader =
        new DataFileReader<>(new File(path), new GenericDatumReader<>())) {
      reader.sync(0);
      block = reader.previousSync();
    }
    long records = 0;
    try (RandomAccessFile file = new RandomAccessFile(path, "r")) {
      while (block < position) {
        file.seek(block);
        records += zigZag(file);
        long size = zigZag(file);
        block = file.getFilePointer() + size + DataFileConstants.SYNC_SIZE;
      }
    } catch (EOFException e) {
      return records;
    }
    return records;
  }

  private static long zigZag(RandomAccessFile file) throws IOException {
    long value = 0;
    int shift = 0;
    int b;
    do {
      b = file.readUnsignedByte();
      value |= (b & 0x7fL) << shift;
      shift += 7;
    } while ((b & 0x80) != 0 && shift < Long.SIZE);
    return value >>> 1 ^ -(value & 1);
  }
}
