package io.millrace.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A device that is not there: ND4J's arrays play its memory, and what {@link HostAccess} reaches
 * are copies beside them. One is brought up to date when it is asked for, and what was written to
 * it reaches the array when it is tagged: so a forgotten tag loses what was written. Records both.
 */
public final class PretendedDevice implements HostCopies, AutoCloseable {
  /** A copy that somebody asked for or tagged, by elements. */
  public record Event(String kind, long elements) {}

  private final Map<Long, FloatPointer> hosts = new HashMap<>();
  private final List<FloatPointer> all = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final HostCopies before;

  public PretendedDevice() {
    before = HostAccess.replace(this);
  }

  @Override
  public synchronized Pointer ask(INDArray array) {
    events.add(new Event("ask", array.length()));
    FloatPointer device = device(array);
    FloatPointer host = hosts.get(device.address());
    if (host == null || host.capacity() != array.length()) {
      host = new FloatPointer(array.length());
      hosts.put(device.address(), host);
      all.add(host);
    }
    Pointer.memcpy(host, device, Float.BYTES * array.length());
    return host;
  }

  @Override
  public synchronized void tag(INDArray array) {
    events.add(new Event("tag", array.length()));
    FloatPointer device = device(array);
    Pointer.memcpy(device, hosts.get(device.address()), Float.BYTES * array.length());
  }

  /** What happened since the last call. */
  public synchronized List<Event> events() {
    List<Event> since = List.copyOf(events);
    events.clear();
    return since;
  }

  private FloatPointer device(INDArray array) {
    return new FloatPointer(before.ask(array));
  }

  @Override
  public void close() {
    HostAccess.replace(before);
    all.forEach(Pointer::close);
  }
}
