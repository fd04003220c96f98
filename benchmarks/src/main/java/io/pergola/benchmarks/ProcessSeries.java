package io.pergola.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs of one program, each a new JVM, on an input and on a tiny one that tells what start-up
 * takes. The program prints what {@link ProcessFacts} knows. Figures are medians of all runs.
 *
 * <p>The system property {@code jvm} has the options of the JVM; default {@code -Xmx1g}. As with
 * the {@code pergola} command, a first run that does not count leaves an archive of the classes
 * that it loaded, and later ones start with it: every program has one. Archives are made of jars;
 * where a folder is on the class path there is none.
 */
public final class ProcessSeries {
  private final String name;
  private final String main;
  private final List<String> arguments;
  private final List<String> options = new ArrayList<>();
  private String classPath = System.getProperty("java.class.path");
  private @Nullable Path archive;
  private final List<Run> tinyRuns = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();

  /**
   * Runs of a class's main method.
   *
   * @param main the class's name
   * @param arguments after the input's path
   */
  public ProcessSeries(String name, String main, String... arguments) {
    this.name = name;
    this.main = main;
    this.arguments = List.of(arguments);
  }

  /** Adds options of the JVM, such as {@code -Dengine=flink}. */
  public ProcessSeries with(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Takes another class path than that of this process. */
  public ProcessSeries onClassPath(String path) {
    classPath = path;
    return this;
  }

  /** Runs the program on the tiny input and on the other, and prints what it took. */
  public void run(Path tiny, Path input) throws Exception {
    if (archive == null && Arrays.stream(classPath.split(":")).allMatch(p -> p.endsWith(".jar"))) {
      Path folder = Files.createTempDirectory("archive");
      Path made = folder.resolve(name + ".jsa");
      made.toFile().deleteOnExit();
      process(tiny, List.of("-XX:ArchiveClassesAtExit=" + made, "-Xlog:disable"));
      archive = made;
    }
    List<String> start =
        archive == null
            ? List.of()
            : List.of(
                "-XX:SharedArchiveFile=" + archive, "-Xlog:disable", "-Xlog:all=error:stderr");
    Run first = process(tiny, start);
    Run run = process(input, start);
    tinyRuns.add(first);
    runs.add(run);
    System.out.printf(
        Locale.ROOT,
        "%s: start-up %.2f s, all %.2f s, peak %.0f MB, CPU %.1f s | %s%n",
        name,
        first.seconds,
        run.seconds,
        run.peakMb,
        run.cpuSeconds,
        run.line);
  }

  /**
   * Prints the medians.
   *
   * @param amount of work in one run
   * @param unit of the amount
   */
  public void print(double amount, String unit) {
    System.out.printf(
        Locale.ROOT,
        "%-8s start-up %6.2f s  whole process %6.2f s %,12.0f %s/s  after start-up %6.2f s"
            + " %,12.0f %s/s  peak %5.0f MB  CPU %6.1f s, %5.1f s of it at start-up%n",
        name,
        seconds(tinyRuns),
        seconds(runs),
        amount / seconds(runs),
        unit,
        afterStart(),
        amount / afterStart(),
        unit,
        median(runs.stream().mapToDouble(Run::peakMb).toArray()),
        cpuSeconds(runs),
        cpuSeconds(tinyRuns));
  }

  /** Prints how many times as fast this is as a peer. */
  public void printAgainst(ProcessSeries peer) {
    System.out.printf(
        Locale.ROOT,
        "speed of %s against %s: whole process %.2f, after start-up %.2f; by CPU %.2f, after"
            + " start-up %.2f%n",
        name,
        peer.name,
        seconds(peer.runs) / seconds(runs),
        peer.afterStart() / afterStart(),
        cpuSeconds(peer.runs) / cpuSeconds(runs),
        peer.cpuAfterStart() / cpuAfterStart());
  }

  private double afterStart() {
    return seconds(runs) - seconds(tinyRuns);
  }

  private double cpuAfterStart() {
    return cpuSeconds(runs) - cpuSeconds(tinyRuns);
  }

  private static double seconds(List<Run> runs) {
    return median(runs.stream().mapToDouble(Run::seconds).toArray());
  }

  private static double cpuSeconds(List<Run> runs) {
    return median(runs.stream().mapToDouble(Run::cpuSeconds).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
  }

  private Run process(Path input, List<String> more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        Arrays.asList(System.getProperty("jvm", "-Xmx1g -XX:+UseParallelGC").split(" ")));
    command.addAll(options);
    command.addAll(more);
    command.addAll(
        List.of(
            "-cp",
            classPath,
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            main,
            input.toString()));
    command.addAll(arguments);
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int exit = process.waitFor();
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (exit != 0) {
      throw new IllegalStateException(
          "Cannot measure %s: it ended with %d. %s".formatted(main, exit, output));
    }
    String line = output.replace('\n', ' ');
    return new Run(seconds, fact(line, "peakMb"), fact(line, "cpuMs") / 1_000, line);
  }

  private static double fact(String line, String name) {
    return Double.parseDouble(line.replaceAll(".*" + name + "=(\\d+).*", "$1"));
  }

  private record Run(double seconds, double peakMb, double cpuSeconds, String line) {}
}
