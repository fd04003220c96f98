package io.pergola.run;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose i-th operation fails. It hands out paths of a file system of its own, which passes
 * everything on to the real one: whatever is done by a path from here, or one made from it, counts.
 */
public final class FaultyFiles {
  /** What becomes of the operation. */
  public enum Kind {
    /** Only of operations that take space; a write first writes half. */
    ENOSPC("No space left on device"),
    EIO("Input/output error"),
    /** Only of operations that ask for a right. */
    EACCES("Permission denied"),
    /** Half is written, and the writer told so: no failure. */
    SHORT_WRITE(""),
    FAILED_SYNC("Input/output error");

    private final String says;

    Kind(String says) {
      this.says = says;
    }

    /** What its failure says. */
    public String says() {
      return says;
    }

    private boolean hits(Operation operation) {
      return switch (this) {
        case EIO -> true;
        case ENOSPC -> operation.takesSpace;
        case EACCES -> operation.asksForRight;
        case SHORT_WRITE -> operation == Operation.WRITE;
        case FAILED_SYNC -> operation == Operation.SYNC;
      };
    }
  }

  /** What is done to files. */
  enum Operation {
    LOOK(false, true),
    LIST(false, true),
    OPEN(false, true),
    CREATE(true, true),
    READ(false, false),
    WRITE(true, false),
    SYNC(true, false),
    MOVE(true, true),
    DELETE(false, true),
    CHANGE(false, true);

    private final boolean takesSpace;
    private final boolean asksForRight;

    Operation(boolean takesSpace, boolean asksForRight) {
      this.takesSpace = takesSpace;
      this.asksForRight = asksForRight;
    }
  }

  private final FaultyFileSystem fileSystem = new FaultyFileSystem(this);
  private final List<String> done = new ArrayList<>();
  private Kind kind = Kind.EIO;
  private int at = Integer.MAX_VALUE;
  private int count;
  private boolean struck;
  private @Nullable Runnable instead;

  /** The same file, by way of this disk. */
  public Path path(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            FaultyFiles.class.getClassLoader(), new Class<?>[] {Path.class}, new Wrapped(real));
  }

  /** The i-th operation of that kind fails from now on, from 1; counts anew. */
  public synchronized void arm(Kind fault, int operation) {
    kind = fault;
    instead = null;
    at = operation;
    count = 0;
    struck = false;
    done.clear();
  }

  /** This is done just before the i-th operation that takes space, and nothing fails. */
  public synchronized void interpose(int operation, Runnable deed) {
    arm(Kind.ENOSPC, operation);
    instead = deed;
  }

  /** Nothing fails from now on. */
  public synchronized void heal() {
    at = Integer.MAX_VALUE;
  }

  /** How many operations of the kind there were since {@link #arm}. */
  public synchronized int count() {
    return count;
  }

  /** Whether the fault happened. */
  public synchronized boolean struck() {
    return struck;
  }

  /** The operation that failed. */
  public synchronized String last() {
    return done.isEmpty() ? "none" : done.get(done.size() - 1);
  }

  private synchronized boolean strikes(Operation operation, Path path) {
    if (struck || !kind.hits(operation) || ++count != at) {
      return false;
    }
    struck = true;
    done.add(operation + " " + path);
    return true;
  }

  /** Fails if it is its turn, as the operating system would. */
  void next(Operation operation, Path path) throws IOException {
    if (strikes(operation, path) && !interposed()) {
      throw failure(operation, path);
    }
  }

  private boolean interposed() {
    Runnable deed = instead;
    if (deed == null) {
      return false;
    }
    deed.run();
    return true;
  }

  private IOException failure(Operation operation, Path path) {
    if (kind == Kind.EACCES) {
      return new AccessDeniedException(path.toString());
    }
    boolean byChannel =
        operation == Operation.READ || operation == Operation.WRITE || operation == Operation.SYNC;
    return byChannel
        ? new IOException(kind.says)
        : new FileSystemException(path.toString(), null, kind.says);
  }

  /** Writes all, or, if it is its turn, half. */
  int write(SeekableByteChannel channel, ByteBuffer bytes, Path path) throws IOException {
    if (!strikes(Operation.WRITE, path) || interposed()) {
      return channel.write(bytes);
    }
    ByteBuffer half = bytes.duplicate();
    half.limit(bytes.position() + (bytes.remaining() + 1) / 2);
    int written = channel.write(half);
    if (kind != Kind.SHORT_WRITE) {
      throw failure(Operation.WRITE, path);
    }
    bytes.position(half.position());
    return written;
  }

  /** The real path of one that may be from here. */
  static Path real(Path path) {
    return Proxy.isProxyClass(path.getClass())
            && Proxy.getInvocationHandler(path) instanceof Wrapped wrapped
        ? wrapped.real
        : path;
  }

  /** A path of the faulty file system. */
  private final class Wrapped implements InvocationHandler {
    private final Path real;

    Wrapped(Path real) {
      this.real = real;
    }

    @Override
    public @Nullable Object invoke(
        Object proxy, java.lang.reflect.Method method, Object @Nullable [] arguments)
        throws Throwable {
      if (method.getName().equals("getFileSystem")) {
        return fileSystem;
      }
      Object[] reals = arguments == null ? new Object[0] : arguments.clone();
      for (int i = 0; i < reals.length; i++) {
        if (reals[i] instanceof Path path) {
          reals[i] = real(path);
        }
      }
      try {
        Object result = method.invoke(real, reals);
        return result instanceof Path path ? path(path) : result;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }
}
