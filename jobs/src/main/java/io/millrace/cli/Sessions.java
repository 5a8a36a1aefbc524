package io.millrace.cli;

import io.millrace.backend.NativeBinary;
import io.millrace.backend.NativeBinaryPlugin;
import io.millrace.cluster.ClusterCheck;
import io.millrace.cluster.Speculation;
import io.millrace.config.RunConfig;
import io.millrace.config.TrainingConfig;
import io.millrace.sink.Sink;
import io.millrace.source.Tables;
import io.millrace.store.Redaction;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts Spark with what a run cannot do without, whatever spark-submit was told. */
final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  /** Commands that run no network: loading ND4J for them would only cost time. */
  private static final Set<String> NO_NETWORK = Set.of("prepare", "plan", "history", "rollback");

  /** Commands that read the source. */
  private static final Set<String> READ_SOURCE = Set.of("prepare", "finetune");

  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*\\d+\\s*,\\s*(\\d+)\\s*]");

  private static final String PLUGINS = "spark.plugins";

  /** Settings of Spark that are lists. */
  private static final Set<String> LISTS = Set.of("spark.sql.extensions", PLUGINS);

  /** Commands whose figures go to sinks. */
  private static final Set<String> TRAINS = Set.of("train", "series", "finetune");

  private Sessions() {}

  static SparkSession start(String command, RunConfig config) throws IOException {
    SparkConf conf = settings(command, config);
    Arrays.stream(conf.getAll()).forEach(each -> Redaction.learnSetting(each._1(), each._2()));
    ClusterCheck.reachable(conf.get("spark.master"));
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    if (!spark.sparkContext().getConf().contains("spark.log.level")) {
      spark.sparkContext().setLogLevel("WARN");
    }
    return spark;
  }

  /** What a session of that command is started with; refuses what cannot work. */
  static SparkConf settings(String command, RunConfig config) {
    SparkConf conf = new SparkConf();
    ClusterCheck.lastingExecutors(conf);
    ClusterCheck.cipher(conf);
    if (!NO_NETWORK.contains(command)) {
      ClusterCheck.gpus(conf);
    }
    fitLocalCluster(conf);
    conf.setAppName("millrace " + command + " " + config.name())
        .setIfMissing("spark.master", "local[*,4]")
        .setIfMissing("spark.redaction.regex", Redaction.NAMES);
    setThreads(conf, Integer.toString(config.training().threadsPerReplica()));
    pin(conf, config.training().nativeBinary());
    if (command.equals("train")) {
      Speculation.of(conf, config.training().workers()).applyTo(conf);
    }
    addPlugin(conf, NativeBinaryPlugin.class.getName());
    if (TRAINS.contains(command)) {
      config.sinks().forEach(each -> open(each, conf));
    }
    conf.set(NativeBinaryPlugin.PROBE, Boolean.toString(!NO_NETWORK.contains(command)));
    if (READ_SOURCE.contains(command)) {
      Tables.requireReader(config.source());
      Tables.settings(config.source()).forEach((key, value) -> addOrSet(conf, key, value));
    }
    return conf;
  }

  /** Spark itself says it with a stack trace, and takes no --executor-memory for such a master. */
  private static void fitLocalCluster(SparkConf conf) {
    Matcher local = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
    if (local.matches()) {
      long given = Long.parseLong(local.group(1));
      long wanted = conf.getSizeAsMb("spark.executor.memory", "1g");
      if (wanted > given) {
        throw new IllegalArgumentException(
            "Invalid spark.executor.memory: %dm (must be <= %dm, what a worker of %s has; set it by --conf spark.executor.memory=%dm)"
                .formatted(wanted, given, conf.get("spark.master"), given));
      }
    }
  }

  /** The config's threads hold on every executor; this JVM's environment can only be told of. */
  private static void setThreads(SparkConf conf, String threads) {
    String here = System.getenv().getOrDefault("OMP_NUM_THREADS", "not set");
    if (conf.get("spark.master").startsWith("local") && !here.equals(threads)) {
      LOG.warn(
          "OMP_NUM_THREADS is {}, training.threadsPerReplica {}: the environment of a local master"
              + " holds; set OMP_NUM_THREADS={}",
          here,
          threads,
          threads);
    }
    conf.set("spark.executorEnv.OMP_NUM_THREADS", threads);
  }

  private static void pin(SparkConf conf, TrainingConfig.Binary binary) {
    if (binary != TrainingConfig.Binary.AUTO) {
      conf.set(NativeBinary.PIN, NativeBinary.valueOf(binary.name()).name());
    }
  }

  private static void open(Sink sink, SparkConf conf) {
    sink.check(System.getenv());
    sink.sparkSettings().forEach((key, value) -> addOrSet(conf, key, value));
  }

  private static void addPlugin(SparkConf conf, String plugin) {
    add(conf, PLUGINS, plugin);
  }

  /** Extensions and plugins are lists; what else a site has set stays. */
  private static void addOrSet(SparkConf conf, String key, String value) {
    if (LISTS.contains(key)) {
      add(conf, key, value);
    } else {
      conf.setIfMissing(key, value);
    }
  }

  private static void add(SparkConf conf, String key, String one) {
    String others = conf.get(key, "");
    if (!List.of(others.split(",")).contains(one)) {
      conf.set(key, others.isEmpty() ? one : others + "," + one);
    }
  }
}
