package io.millrace.dataset;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A Hadoop configuration that travels to executors: only what was set, the defaults come from the
 * Hadoop jars there.
 */
public final class HadoopConf implements Serializable {
  private static final long serialVersionUID = 1;

  /** The defaults of this JVM: they are read from XML in jars, which tasks need not do anew. */
  private static final class Defaults {
    static final Configuration CONF = new Configuration();

    static {
      CONF.size(); // loads them; a copy of what is not loaded would read them itself
    }
  }

  private final HashMap<String, String> settings = new HashMap<>();
  private transient volatile Configuration conf;

  /** Carries {@code conf}. */
  public HadoopConf(Configuration conf) {
    this.conf = conf;
    for (Map.Entry<String, String> entry : conf) {
      String[] sources = conf.getPropertySources(entry.getKey());
      if (sources == null
          || sources.length == 0
          || !sources[sources.length - 1].endsWith("-default.xml")) {
        settings.put(entry.getKey(), entry.getValue());
      }
    }
  }

  /** The configuration in this JVM. */
  public Configuration conf() {
    Configuration current = conf;
    if (current == null) {
      current = new Configuration(Defaults.CONF);
      settings.forEach(current::set);
      conf = current;
    }
    return current;
  }

  /** The file system of a path. */
  public FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(conf());
  }
}
