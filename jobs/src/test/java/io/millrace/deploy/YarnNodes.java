package io.millrace.deploy;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * YARN with two nodes on this machine, in the working folder: a program that writes its
 * configuration and runs until its input ends.
 */
public final class YarnNodes {
  private static final int NODES = 2;
  private static final String QUEUE = "yarn.scheduler.capacity.root.";

  private YarnNodes() {}

  /** The folder for yarn-site.xml, which appears when the nodes are there. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Configuration conf = new YarnConfiguration();
    conf.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, 12 << 10);
    conf.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    conf.setInt(YarnConfiguration.RM_AM_MAX_ATTEMPTS, 4);
    conf.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    conf.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, true);
    conf.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
    conf.set(QUEUE + "queues", "default");
    conf.setInt(QUEUE + "default.capacity", 100);
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    try (MiniYARNCluster cluster = new MiniYARNCluster("millrace", NODES, 1, 1)) {
      cluster.init(conf);
      cluster.start();
      if (!cluster.waitForNodeManagersToConnect(60_000)) {
        throw new IllegalStateException("The nodes do not come up in a minute");
      }
      Path site = folder.resolve("yarn-site.xml");
      Path written = folder.resolve("yarn-site.xml.new");
      try (OutputStream out = Files.newOutputStream(written)) {
        cluster.getConfig().writeXml(out);
      }
      Files.move(written, site);
      System.in.transferTo(OutputStream.nullOutputStream());
    }
    System.exit(0); // some of its threads stay
  }
}
