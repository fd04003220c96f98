package io.pergola.pipeline;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a node is run, as against what it computes: {@code
 * p.with(NodeOptions.defaults().retries(3)).add(...)}. What is left out is as the run has it.
 * Options never count in a cache key.
 *
 * @param retries attempts after the first one, whatever the failure
 * @param retryDelay the wait before the second attempt, doubled for each one after it
 * @param timeout after which an attempt counts as failed
 * @param cache whether the node may be served from earlier results
 * @param memoryBytes heap that the JVM which drives the run must allow; a smaller one refuses the
 *     node before it is executed
 * @param threads that the node's Beam job uses at once; components without a job ignore it
 * @param engine options of Beam jobs that only the engine understands, such as Flink's {@code
 *     execution-mode-for-batch}
 */
public record NodeOptions(
    Optional<Integer> retries,
    Optional<Duration> retryDelay,
    Optional<Duration> timeout,
    NodeOptions.Cache cache,
    Optional<Long> memoryBytes,
    Optional<Integer> threads,
    SortedMap<String, String> engine) {
  private static final String RETRIES = "retries";
  private static final String RETRY_DELAY = "retryDelay";
  private static final String TIMEOUT = "timeout";
  private static final String CACHE = "cache";
  private static final String MEMORY = "memoryBytes";
  private static final String THREADS = "threads";
  private static final String ENGINE = "engine.";
  private static final String OFF = "off";

  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*([kmgt])i?b?");
  private static final String UNITS = "kmgt";

  private static final NodeOptions DEFAULTS =
      new NodeOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Cache.AS_THE_RUN,
          Optional.empty(),
          Optional.empty(),
          new TreeMap<>());

  /** Whether a node may reuse what earlier executions published. */
  public enum Cache {
    AS_THE_RUN,
    OFF
  }

  public NodeOptions {
    retries.ifPresent(n -> require(n >= 0, RETRIES, n, "at least 0"));
    retryDelay.ifPresent(d -> require(!d.isNegative(), "retry delay", d, "0 or more"));
    timeout.ifPresent(d -> require(!d.isNegative() && !d.isZero(), TIMEOUT, d, "above 0"));
    memoryBytes.ifPresent(n -> require(n >= 1, "memory", n + " bytes", "at least 1"));
    threads.ifPresent(n -> require(n >= 1, THREADS, n, "at least 1"));
    engine = Collections.unmodifiableSortedMap(new TreeMap<>(engine));
  }

  /** Everything as the run has it. */
  public static NodeOptions defaults() {
    return DEFAULTS;
  }

  /** Tries a failed node again, up to {@code times} times; 0 for a single attempt. */
  public NodeOptions retries(int times) {
    return new NodeOptions(
        Optional.of(times), retryDelay, timeout, cache, memoryBytes, threads, engine);
  }

  /** Waits this long before the second attempt, and twice as long before each one after it. */
  public NodeOptions retryDelay(Duration first) {
    return new NodeOptions(
        retries, Optional.of(first), timeout, cache, memoryBytes, threads, engine);
  }

  /** Ends an attempt that takes longer; it then counts as failed. */
  public NodeOptions timeout(Duration longest) {
    return new NodeOptions(
        retries, retryDelay, Optional.of(longest), cache, memoryBytes, threads, engine);
  }

  /** Runs the node each time, whatever earlier runs left; its results serve later nodes. */
  public NodeOptions withoutCache() {
    return new NodeOptions(retries, retryDelay, timeout, Cache.OFF, memoryBytes, threads, engine);
  }

  /**
   * The heap that the node needs; a JVM whose {@code -Xmx} is smaller refuses to execute it. It is
   * that of the process which drives the run: a cluster's own is not asked.
   *
   * @param size such as {@code 512m} or {@code 8g}, in units of 1,024
   */
  public NodeOptions memory(String size) {
    Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT));
    require(matcher.matches(), "memory", "'" + size + "'", "a number with k, m, g or t, like 8g");
    long bytes =
        Long.parseLong(matcher.group(1)) << (10 * (1 + UNITS.indexOf(matcher.group(2).charAt(0))));
    return new NodeOptions(
        retries, retryDelay, timeout, cache, Optional.of(bytes), threads, engine);
  }

  /**
   * How many threads the node's Beam job uses at once, whatever the engine was told: on Flink its
   * parallelism, inside this process at most the cores.
   */
  public NodeOptions threads(int number) {
    return new NodeOptions(
        retries, retryDelay, timeout, cache, memoryBytes, Optional.of(number), engine);
  }

  /** Adds an option for the engine. One that it does not know, or a bad value, it refuses. */
  public NodeOptions engine(String name, String value) {
    SortedMap<String, String> more = new TreeMap<>(engine);
    more.put(name, value);
    return new NodeOptions(retries, retryDelay, timeout, cache, memoryBytes, threads, more);
  }

  /** These options, and where one is left out, that of {@code outer}. */
  NodeOptions over(NodeOptions outer) {
    SortedMap<String, String> both = new TreeMap<>(outer.engine);
    both.putAll(engine);
    return new NodeOptions(
        retries.or(outer::retries),
        retryDelay.or(outer::retryDelay),
        timeout.or(outer::timeout),
        cache == Cache.AS_THE_RUN ? outer.cache : cache,
        memoryBytes.or(outer::memoryBytes),
        threads.or(outer::threads),
        both);
  }

  /** The options that are not left out, by name, as in the graph's JSON. */
  @JsonValue
  public SortedMap<String, String> texts() {
    SortedMap<String, String> texts = new TreeMap<>();
    retries.ifPresent(n -> texts.put(RETRIES, n.toString()));
    retryDelay.ifPresent(d -> texts.put(RETRY_DELAY, d.toString()));
    timeout.ifPresent(d -> texts.put(TIMEOUT, d.toString()));
    if (cache == Cache.OFF) {
      texts.put(CACHE, OFF);
    }
    memoryBytes.ifPresent(n -> texts.put(MEMORY, n.toString()));
    threads.ifPresent(n -> texts.put(THREADS, n.toString()));
    engine.forEach((name, value) -> texts.put(ENGINE + name, value));
    return texts;
  }

  /**
   * Reads what {@link #texts} gave.
   *
   * @throws IllegalArgumentException if a name or a value is not one of an option
   */
  @JsonCreator
  static NodeOptions fromTexts(Map<String, String> texts) {
    Map<String, String> left = new TreeMap<>(texts);
    try {
      Optional<Integer> retries = Optional.ofNullable(left.remove(RETRIES)).map(Integer::valueOf);
      Optional<Duration> delay = Optional.ofNullable(left.remove(RETRY_DELAY)).map(Duration::parse);
      Optional<Duration> timeout = Optional.ofNullable(left.remove(TIMEOUT)).map(Duration::parse);
      Cache cache = OFF.equals(left.remove(CACHE)) ? Cache.OFF : Cache.AS_THE_RUN;
      Optional<Long> memory = Optional.ofNullable(left.remove(MEMORY)).map(Long::valueOf);
      Optional<Integer> threads = Optional.ofNullable(left.remove(THREADS)).map(Integer::valueOf);
      SortedMap<String, String> engine = new TreeMap<>();
      List<String> unknown = new ArrayList<>();
      left.forEach(
          (name, value) -> {
            if (name.startsWith(ENGINE)) {
              engine.put(name.substring(ENGINE.length()), value);
            } else {
              unknown.add(name);
            }
          });
      if (unknown.isEmpty()) {
        return new NodeOptions(retries, delay, timeout, cache, memory, threads, engine);
      }
      throw new IllegalArgumentException("unknown node options %s".formatted(unknown));
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new IllegalArgumentException("invalid node options %s".formatted(texts), e);
    }
  }

  private static void require(boolean holds, String what, Object value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(what, value, range));
    }
  }
}
