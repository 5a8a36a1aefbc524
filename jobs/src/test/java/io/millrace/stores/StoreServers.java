package io.millrace.stores;

import io.millrace.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The servers that {@code deploy/check stores} runs against, each a process of its own. */
final class StoreServers implements AutoCloseable {
  private static final Path POM = Path.of("jobs/src/test/resources/stores/pom.xml");
  private static final Pattern PORT = Pattern.compile("\"namenode_port\":(\\d+)");
  private static final String BUCKET = "lake";
  private static final int SECONDS = 180;

  private final Path folder;
  private final List<String> jars;
  private final List<Process> processes = new ArrayList<>();

  private StoreServers(Path folder, List<String> jars) {
    this.folder = folder;
    this.jars = jars;
  }

  /** Lets Maven resolve what they need. */
  static StoreServers in(Path folder) throws IOException, InterruptedException {
    Path list = folder.resolve("classpath");
    Process maven =
        new ProcessBuilder(
                "mvn",
                "-q",
                "-B",
                "-f",
                "" + POM,
                "dependency:build-classpath",
                "-Dmdep.outputFile=" + list)
            .inheritIO()
            .start();
    if (maven.waitFor() != 0) {
      throw new IllegalStateException("Cannot resolve what %s names".formatted(POM));
    }
    return new StoreServers(folder, List.of(Files.readString(list).split(File.pathSeparator)));
  }

  /** The class path of a program that talks to them. */
  String classpath() {
    List<String> all = new ArrayList<>();
    all.add(System.getProperty("java.class.path"));
    jars.stream().filter(jar -> !jar.contains("s3proxy")).forEach(all::add);
    return String.join(File.pathSeparator, all);
  }

  /** Starts HDFS with one node for data; a folder on it. */
  String hdfs() throws IOException, InterruptedException {
    Path details = folder.resolve("hdfs.json");
    start(
        "hdfs",
        ChildJvm.command(
            Map.of(),
            "-cp",
            classpath(),
            "-Xmx1g",
            "org.apache.hadoop.test.MiniDFSClusterManager",
            "-format",
            "-writeDetails",
            "" + details));
    String said = await(() -> Files.exists(details) ? Files.readString(details) : "", "HDFS");
    Matcher port = PORT.matcher(said);
    if (!port.find()) {
      throw new IllegalStateException("Cannot find HDFS in " + said);
    }
    return "hdfs://127.0.0.1:%s/millrace".formatted(port.group(1));
  }

  /** Starts the S3 API over memory; a folder in a bucket of it. */
  String s3(Map<String, String> settings) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    settings.put("spark.hadoop.fs.s3a.endpoint", "http://127.0.0.1:" + port);
    settings.put("spark.hadoop.fs.s3a.path.style.access", "true");
    settings.put("spark.hadoop.fs.s3a.connection.ssl.enabled", "false");
    settings.put("spark.hadoop.fs.s3a.access.key", "someone");
    settings.put("spark.hadoop.fs.s3a.secret.key", "secret");
    Path properties = folder.resolve("s3.properties");
    Files.writeString(
        properties,
        """
        s3proxy.endpoint=http://127.0.0.1:%d
        s3proxy.authorization=none
        jclouds.provider=transient
        jclouds.identity=someone
        jclouds.credential=secret
        """
            .formatted(port));
    String jar = jars.stream().filter(each -> each.contains("s3proxy")).findFirst().orElseThrow();
    start("s3", ChildJvm.command(Map.of(), "-Xmx1g", "-jar", jar, "--properties", "" + properties));
    await(() -> makesBucket(port) ? "yes" : "", "s3proxy");
    return "s3a://%s/millrace".formatted(BUCKET);
  }

  private static boolean makesBucket(int port) {
    try {
      URI bucket = URI.create("http://127.0.0.1:%d/%s".formatted(port, BUCKET));
      var connection = (HttpURLConnection) bucket.toURL().openConnection();
      connection.setRequestMethod("PUT");
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private void start(String name, ProcessBuilder process) throws IOException {
    File log = folder.resolve(name + ".log").toFile();
    processes.add(process.directory(folder.toFile()).redirectOutput(log).start());
  }

  /** Something that is asked again and again until it says something. */
  @FunctionalInterface
  private interface Question {
    String ask() throws IOException;
  }

  private static String await(Question question, String who)
      throws IOException, InterruptedException {
    for (int i = 0; i < 10 * SECONDS; i++) {
      String said = question.ask();
      if (!said.isEmpty()) {
        return said;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException("%s did not start within %d s".formatted(who, SECONDS));
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
