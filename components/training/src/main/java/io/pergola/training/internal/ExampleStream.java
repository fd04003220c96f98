package io.pergola.training.internal;

import io.pergola.beam.RowGroup;
import io.pergola.transform.FittedPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The examples of a split, again and again, each epoch in another order that the seed decides; a
 * batch may reach over the end of an epoch.
 *
 * <p>Up to {@link #POOL_BYTES} of them are kept in memory and shuffled whole. More are read in each
 * epoch: row groups in random order, as many at a time as fit, shuffled among each other, while the
 * next ones are read on a second thread, which applies the plan to raw examples. The same examples,
 * seed and bytes give the same batches. Not thread-safe.
 */
public final class ExampleStream implements AutoCloseable {
  /** The memory for shuffled examples; as much again while the next are read. */
  public static final long POOL_BYTES = 256L << 20;

  private final List<Part> parts;
  private final Shard shard;
  private final ExampleReader reader;
  private final FittedPlan.Features features;
  private final long seed;
  private final long poolRows;
  private final int width;
  private final boolean inMemory;

  private long epoch;
  private long offset;
  private List<List<Part>> plan = List.of();
  private int planned;
  private @Nullable Pool pool;
  private @Nullable FutureTask<Pool> ahead;

  /**
   * A stream that stands before its first example.
   *
   * @param groups of the split, in order
   * @param poolBytes {@link #POOL_BYTES}, or less in tests
   */
  public ExampleStream(List<RowGroup> groups, ExampleReader reader, long seed, long poolBytes) {
    this(reader.parts(groups), Shard.WHOLE, reader, seed, poolBytes);
  }

  /** A stream of one worker's share of a split, as the other constructor makes one of all of it. */
  ExampleStream(List<Part> all, Shard shard, ExampleReader reader, long seed, long poolBytes) {
    this.parts = shard.of(all);
    this.shard = shard;
    this.reader = reader;
    this.features = reader.features();
    this.seed = seed;
    this.width = ExampleReader.width(features);
    this.poolRows =
        Math.max(1, poolBytes / (4L * (width + (features.weight().isPresent() ? 2 : 1))));
    this.inMemory = parts.stream().mapToLong(Part::rows).sum() <= poolRows;
  }

  /** The number of whole passes before the next example. */
  public long epoch() {
    return epoch;
  }

  /** The number of examples of this epoch before the next one. */
  public long offset() {
    return offset;
  }

  /** The number of examples, unlabelled ones included. */
  public long rows() {
    return parts.stream().mapToLong(Part::rows).sum();
  }

  /** Goes to where an earlier stream stood. */
  public void seek(long toEpoch, long toOffset) {
    start(toEpoch);
    long skip = toOffset;
    while (skip > 0) {
      Pool current = current();
      int rows = (int) Math.min(skip, current.left());
      current.skip(rows);
      offset += rows;
      skip -= rows;
    }
  }

  /**
   * The next examples.
   *
   * @throws io.pergola.training.TrainingException if no example has a label
   */
  public ExampleRows next(int rows) {
    ExampleRows batch = ExampleRows.room(rows, width, ExampleRows.Weighted.of(features));
    for (int at = 0; at < rows; ) {
      Pool current = current();
      int count = Math.min(rows - at, current.left());
      current.copy(batch, at, count);
      at += count;
      offset += count;
    }
    return batch;
  }

  /** The pool that holds the next example. */
  private Pool current() {
    long emptyEpochs = 0;
    while (pool == null || pool.left() == 0) {
      if (planned < plan.size()) {
        pool = take();
      } else {
        if (pool != null && offset == 0 && emptyEpochs++ > 0) {
          throw ExampleReader.noLabels(features);
        }
        start(pool == null ? epoch : epoch + 1);
      }
    }
    return pool;
  }

  private void start(long newEpoch) {
    epoch = newEpoch;
    offset = 0;
    planned = 0;
    ahead = null;
    if (inMemory) {
      if (pool == null) {
        pool = load(parts);
      }
      pool.shuffle(mixed(seed, epoch, 0));
      return;
    }
    plan = pools();
    pool = take();
  }

  /** The epoch's parts in random order, in as many lists as there will be pools. */
  private List<List<Part>> pools() {
    List<Part> shuffled = new ArrayList<>(parts);
    SplittableRandom random = new SplittableRandom(mixed(seed, epoch, -1));
    for (int i = shuffled.size() - 1; i > 0; i--) {
      shuffled.set(i, shuffled.set(random.nextInt(i + 1), shuffled.get(i)));
    }
    List<List<Part>> pools = new ArrayList<>();
    long rows = Long.MAX_VALUE;
    for (Part part : shuffled) {
      if (rows + part.rows() > poolRows || rows == Long.MAX_VALUE) {
        pools.add(new ArrayList<>());
        rows = 0;
      }
      pools.get(pools.size() - 1).add(part);
      rows += part.rows();
    }
    return pools;
  }

  private Pool take() {
    FutureTask<Pool> ready = ahead == null ? new FutureTask<>(loading(planned)) : ahead;
    ready.run();
    Pool loaded = await(ready);
    loaded.shuffle(mixed(seed, epoch, planned));
    planned++;
    ahead = null;
    if (planned < plan.size()) {
      FutureTask<Pool> task = new FutureTask<>(loading(planned));
      Thread reader = new Thread(task, "pergola-training-reader");
      reader.setDaemon(true);
      reader.start();
      ahead = task;
    }
    return loaded;
  }

  private Callable<Pool> loading(int index) {
    List<Part> wanted = plan.get(index);
    return () -> load(wanted);
  }

  private Pool load(List<Part> wanted) {
    List<ExampleRows> read = reader.read(wanted);
    for (int i = 0; i < read.size(); i++) {
      read.set(i, shard.of(wanted.get(i), read.get(i)));
    }
    return new Pool(read);
  }

  private static Pool await(FutureTask<Pool> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while reading examples.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** One seed of several numbers (the finaliser of SplitMix64). */
  public static long mixed(long seed, long epoch, long pool) {
    long z = seed * 0x9E3779B97F4A7C15L + epoch * 0xBF58476D1CE4E5B9L + pool;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public void close() {
    if (ahead != null) {
      ahead.cancel(true);
      ahead = null;
    }
    pool = null;
  }
}
