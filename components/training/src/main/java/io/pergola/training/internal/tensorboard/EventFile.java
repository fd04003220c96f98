package io.pergola.training.internal.tensorboard;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A TFRecord file of events that grows: length, masked CRC-32C of the length, data, masked CRC-32C
 * of the data, little-endian. Not thread-safe.
 */
final class EventFile implements Closeable {
  /** TensorBoard reads what has {@code tfevents} in its name. */
  static final String NAME = "events.out.tfevents.0.pergola";

  private static final int MASK_DELTA = 0xa282ead8;
  private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;

  private final FileChannel channel;

  private EventFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens the file of a folder, which is created if absent.
   *
   * @param length bytes that are kept; without any, a new file begins
   * @throws IOException if the file is shorter than that
   */
  static EventFile open(Path folder, long length) throws IOException {
    Path file = Files.createDirectories(folder).resolve(NAME);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.size() < length) {
      long size = channel.size();
      channel.close();
      throw new IOException(
          "Cannot go on with %s: it has %d bytes, not %d. Delete the folder of checkpoints."
              .formatted(file, size, length));
    }
    channel.truncate(length).position(length);
    EventFile events = new EventFile(channel);
    if (length == 0) {
      events.add(Events.version());
    }
    return events;
  }

  void add(Message event) throws IOException {
    byte[] data = event.bytes();
    ByteBuffer record = ByteBuffer.allocate(FRAME + data.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(masked(record.array(), Long.BYTES));
    record.put(data).putInt(masked(data, data.length)).flip();
    while (record.hasRemaining()) {
      channel.write(record);
    }
  }

  /** The bytes so far, after they have reached the disk. */
  long flushed() throws IOException {
    channel.force(true);
    return channel.position();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static int masked(byte[] data, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }
}
