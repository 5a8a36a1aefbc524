package io.millrace.checkpoint;

import java.util.Map;
import java.util.Set;

/** Says what of a config may differ when a run goes on from a checkpoint. */
@FunctionalInterface
public interface Guard {
  /** The values by dotted key of what decides the weights in a resolved config. */
  Map<String, String> deciding(String config);

  /** What another value of such a key means. */
  default Verdict about(String key, Checkpoint then) {
    return Verdict.REFUSED;
  }

  /** What the run belongs to, where something of it has to be as it was in the checkpoint. */
  default Fingerprints now(Checkpoint then, Fingerprints now) {
    return now;
  }

  /** The checkpoint as it is gone on from, where something of it has to follow what differs. */
  default Checkpoint carry(Checkpoint then) {
    return then;
  }

  /**
   * What another value of a key means.
   *
   * @param allowed whether the run may go on
   * @param wanted what somebody has to accept by name for that; none where nothing would do
   * @param words what changes, for people
   */
  record Verdict(boolean allowed, Set<String> wanted, String words) {
    /** Never. */
    public static final Verdict REFUSED = new Verdict(false, Set.of(), "");

    /** The run may go on. */
    public static Verdict allowed(String words) {
      return new Verdict(true, Set.of(), words);
    }

    /** Not unless it is accepted. */
    public static Verdict unless(Set<String> accepted, String words) {
      return new Verdict(false, accepted, words);
    }
  }
}
