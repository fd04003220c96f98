package io.pergola.run.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the shell scripts of a Flink distribution compute: configuration, class path and flags of
 * the processes of a cluster.
 */
record ClusterConfiguration(FlinkClusterSettings settings) {
  /** The file that says where the JobManager listens for TaskManagers. */
  static final String PORT = "jobmanager.port";

  private static final String JOB_MANAGER =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final List<String> OPENED =
      List.of(
          "lang",
          "net",
          "io",
          "nio",
          "lang.reflect",
          "text",
          "time",
          "util",
          "util.concurrent",
          "util.concurrent.atomic",
          "util.concurrent.locks");

  /**
   * Writes the configuration files.
   *
   * @param rpcPort where the JobManager listens for TaskManagers; one on record is kept, so that
   *     TaskManagers find a JobManager that was started again
   */
  static ClusterConfiguration write(FlinkClusterSettings settings, int rpcPort) throws IOException {
    Path folder = settings.folder();
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.createDirectories(folder.resolve("tmp"));
    Path file = conf.resolve("config.yaml");
    int port = Files.exists(folder.resolve(PORT)) ? recorded(folder) : rpcPort;
    Files.writeString(folder.resolve(PORT), Integer.toString(port));
    int memory = settings.heapMegabytes();
    Files.writeString(
        file,
        """
        jobmanager.rpc.address: localhost
        jobmanager.rpc.port: %d
        jobmanager.bind-host: localhost
        jobmanager.memory.process.size: 1024m
        jobmanager.execution.failover-strategy: region
        rest.address: localhost
        rest.bind-address: localhost
        rest.port: %d
        rest.bind-port: "%d"
        taskmanager.host: localhost
        taskmanager.bind-host: localhost
        taskmanager.numberOfTaskSlots: %d
        taskmanager.cpu.cores: %d.0
        taskmanager.memory.task.heap.size: %dm
        taskmanager.memory.task.off-heap.size: 128m
        taskmanager.memory.framework.heap.size: 128m
        taskmanager.memory.framework.off-heap.size: 128m
        taskmanager.memory.network.min: 96m
        taskmanager.memory.network.max: 96m
        taskmanager.network.sort-shuffle.min-parallelism: 10000
        taskmanager.memory.managed.size: 128m
        taskmanager.memory.jvm-metaspace.size: 256m
        taskmanager.memory.jvm-overhead.min: 192m
        taskmanager.memory.jvm-overhead.max: 192m
        restart-strategy.type: fixed-delay
        restart-strategy.fixed-delay.attempts: 3
        restart-strategy.fixed-delay.delay: 1 s
        heartbeat.interval: 1000
        heartbeat.timeout: 8000
        slot.request.timeout: 60000
        cluster.evenly-spread-out-slots: true
        web.submit.enable: false
        web.refresh-interval: 500
        metrics.fetcher.update-interval: 1000
        classloader.resolve-order: parent-first
        io.tmp.dirs: %s
        %s: %s
        """
            .formatted(
                port,
                settings.port(),
                settings.port(),
                settings.slots(),
                settings.slots(),
                memory,
                quoted(folder.resolve("tmp")),
                ClassPathToken.KEY,
                ClassPathToken.of(settings.classPath())));
    Files.writeString(
        conf.resolve("logback.xml"),
        """
        <configuration>
          <appender name="log" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} - %msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="log"/></root>
          <logger name="org.apache.flink.metrics.MetricGroup" level="ERROR"/>
        </configuration>
        """);
    return new ClusterConfiguration(settings);
  }

  private static int recorded(Path folder) throws IOException {
    return Integer.parseInt(Files.readString(folder.resolve(PORT)).strip());
  }

  List<String> jobManager() throws IOException {
    return command("jobmanager", List.of("-Xmx512m", "-XX:+UseSerialGC"), JOB_MANAGER, List.of());
  }

  List<String> taskManager(int number) throws IOException {
    return command(
        "taskmanager-" + number,
        List.of(
            "-Xmx%dm".formatted(settings.heapMegabytes() + 128), "-XX:MaxDirectMemorySize=320m"),
        TASK_MANAGER,
        List.of("-D", "taskmanager.resource-id=taskmanager-" + number));
  }

  private List<String> command(
      String name, List<String> memory, String main, List<String> arguments) throws IOException {
    Path folder = settings.folder();
    Path temporary = Files.createDirectories(folder.resolve("tmp").resolve(name));
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(memory);
    words.add("--add-exports=java.base/sun.net.util=ALL-UNNAMED");
    words.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    OPENED.forEach(opened -> words.add("--add-opens=java.base/java." + opened + "=ALL-UNNAMED"));
    // Where the 20 MB jar goes that Flink unpacks and leaves behind.
    words.add("-Djava.io.tmpdir=" + temporary);
    words.add("-Dlogback.configurationFile=" + folder.resolve("conf").resolve("logback.xml"));
    words.add("-Dorg.slf4j.simpleLogger.log.org.apache.flink=info");
    words.add("-cp");
    words.add(settings.classPath());
    settings.owner().ifPresent(owner -> words.addAll(OwnedProcess.before(owner)));
    words.add(main);
    words.add("--configDir");
    words.add(folder.resolve("conf").toString());
    words.addAll(arguments);
    words.add("-D");
    words.add("io.tmp.dirs=" + temporary);
    return words;
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }
}
