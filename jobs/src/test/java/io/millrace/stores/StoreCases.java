package io.millrace.stores;

import io.millrace.checkpoint.FailingSaves;
import io.millrace.line.FailingPromotions;
import io.millrace.store.FailingRemote;
import io.millrace.store.FailingStore;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** The cases of {@link StoresCheck} on one store, a line each. */
public final class StoreCases {
  static final String PASSED = "ok: ";
  static final String FAILED = "bad: ";

  private StoreCases() {}

  public static void main(String[] args) {
    Path root = new Path(args[0]);
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    Configuration failing = FailingRemote.conf(hadoop, root);
    boolean good = tried("a save that fails at every call", () -> saves(failing, root));
    good &= tried("a promotion that fails at every call", () -> promotions(failing, root));
    StoreJobs jobs = new StoreJobs(hadoop, root);
    good &= tried("prepare", jobs::prepare);
    good &= tried("train, killed and resumed, beside an undisturbed run", jobs::train);
    good &= tried("evaluate", jobs::evaluate);
    good &= tried("two nights, the second one twice", jobs::nights);
    System.exit(good ? 0 : 1);
  }

  private static String saves(Configuration failing, Path root) throws Exception {
    String at = FailingRemote.path(new Path(root, "saves"));
    FailingSaves.Outcome outcome = new FailingSaves(failing, at).atEveryCall();
    require(outcome.calls() > 30 && outcome.old() > 10, outcome.toString());
    return outcome.toString();
  }

  private static String promotions(Configuration failing, Path root) throws Exception {
    String at = FailingRemote.path(new Path(root, "promotions"));
    FailingPromotions.Tried tried = new FailingPromotions(failing, at).atEveryCall();
    require(tried.calls() > 6 && tried.old() > 3, tried.toString());
    return tried.toString();
  }

  static void require(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalStateException(otherwise);
    }
  }

  private static boolean tried(String what, Callable<String> one) {
    long start = System.nanoTime();
    try {
      String said = one.call();
      System.out.printf(
          "%s%s, %.0f s: %s%n", PASSED, what, (System.nanoTime() - start) / 1e9, said);
      return true;
    } catch (Exception | AssertionError e) {
      FailingStore.isUnhurt();
      System.out.printf("%s%s: %s%n", FAILED, what, String.valueOf(e).replace('\n', ' '));
      e.printStackTrace();
      return false;
    }
  }
}
