package io.pergola.run;

import io.pergola.run.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that {@link FaultyFiles} is asked about before it is read, written or synced. */
final class FaultyChannel extends FileChannel {
  private final FileChannel real;
  private final FaultyFiles files;
  private final Path path;

  FaultyChannel(FileChannel real, FaultyFiles files, Path path) {
    this.real = real;
    this.files = files;
    this.path = path;
  }

  @Override
  public int read(ByteBuffer bytes) throws IOException {
    files.next(Operation.READ, path);
    return real.read(bytes);
  }

  @Override
  public long read(ByteBuffer[] bytes, int offset, int length) throws IOException {
    files.next(Operation.READ, path);
    return real.read(bytes, offset, length);
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    files.next(Operation.READ, path);
    return real.read(bytes, position);
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return files.write(real, bytes, path);
  }

  @Override
  public long write(ByteBuffer[] bytes, int offset, int length) throws IOException {
    files.next(Operation.WRITE, path);
    return real.write(bytes, offset, length);
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    files.next(Operation.WRITE, path);
    return real.write(bytes, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    real.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metadata) throws IOException {
    files.next(Operation.SYNC, path);
    real.force(metadata);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    files.next(Operation.READ, path);
    return real.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    files.next(Operation.WRITE, path);
    return real.transferFrom(source, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    files.next(Operation.READ, path);
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
