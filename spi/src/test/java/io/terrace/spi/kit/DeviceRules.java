/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.abort;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.DevicePath;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules 72x: payloads that go to device memory or come from it. */
interface DeviceRules extends Rules {
  private DevicePath path() {
    DevicePath path = bench().tier().devicePath();
    return path != null ? path : abort("the tier has no device path");
  }

  private TestDevice device() {
    TestDevice device = bench().contract().device();
    return device != null ? device : abort("there is no device (hook device)");
  }

  private byte[] readToDevice(TestChunk chunk, String check) throws Exception {
    int bytes = (int) chunk.payload().byteSize();
    long address = device().allocate(bytes);
    path().register(address, bytes);
    ReadOutcome outcome =
        path()
            .read(
                chunk.key(),
                (header, length) -> {
                  byte[] told = header.toArray(ValueLayout.JAVA_BYTE);
                  Expect.bytes(chunk.headerBytes(), told, "the header told", check);
                  Expect.same((long) bytes, length, "the length told", check);
                  return address;
                },
                bench().inTime());
    path().unregister(address);
    Expect.same(ReadOutcome.FOUND, outcome, "reading into device memory", check);
    return device().get(address, bytes);
  }

  private WriteResult writeFromDevice(TestChunk chunk) throws Exception {
    long bytes = chunk.payload().byteSize();
    long address = device().allocate(bytes);
    device().put(address, chunk.payloadBytes());
    MemorySegment header = chunk.header();
    return path().write(chunk.descriptor(), header, address, bytes, bench().inTime());
  }

  @Test
  default void rule_721_whatIsWrittenFromTheHostIsReadToTheDevice() throws Exception {
    path();
    String check = "that both paths reach the same chunks";
    TestChunk full = bench().store(bench().chunks().full(1));
    TestChunk tail = bench().store(bench().chunks().tail(2, 21, 1));
    Expect.bytes(full.payloadBytes(), readToDevice(full, check), "device memory", check);
    Expect.bytes(tail.payloadBytes(), readToDevice(tail, check), "device memory", check);
  }

  @Test
  default void rule_722_whatIsWrittenFromTheDeviceIsReadToTheHost() throws Exception {
    path();
    String check = "that a write from the device stores header and payload like any other";
    TestChunk full = bench().chunks().full(1);
    Expect.same(WriteResult.STORED, writeFromDevice(full), "a write from the device", check);
    bench().expectFound(full, check);
    TestChunk again =
        new TestChunk(full.descriptor(), full.header(), bench().chunks().full(2).payload());
    Expect.same(WriteResult.PRESENT, writeFromDevice(again), "writing it again", check);
    bench().expectFound(full, check);
    bench().store(bench().chunks().tail(3, 31, 1));
    TestChunk tail = bench().chunks().tail(3, 20, 2);
    Expect.same(WriteResult.STORED, writeFromDevice(tail), "a tail from the device", check);
    bench().expectFound(tail, check);
  }

  @Test
  default void rule_723_aDeviceSinkMayRefuseAndIsNotAskedOnAMiss() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    AtomicInteger asked = new AtomicInteger();
    DevicePath.DeviceSink refusing = (header, bytes) -> asked.incrementAndGet() * 0L;
    ChunkKey absent = bench().chunks().absent(1);
    String check = "that the device path ends as reads into host memory do";
    ReadOutcome missing = path().read(absent, refusing, bench().inTime());
    Expect.same(ReadOutcome.MISSING, missing, "reading what is not here", check);
    Expect.same(0, asked.get(), "how often the sink was asked", check);
    ReadOutcome refused = path().read(chunk.key(), refusing, bench().inTime());
    Expect.same(ReadOutcome.REFUSED, refused, "a read whose sink gave 0", check);
    Expect.same(1, asked.get(), "how often the sink was asked", check);
  }

  @Test
  default void rule_724_nothingBehindTheDeviceMemoryIsTouched() throws Exception {
    DevicePath path = path();
    TestChunk chunk = bench().store(bench().chunks().tail(1, 21, 1));
    int bytes = (int) chunk.payload().byteSize();
    int room = bytes + 8192;
    long address = device().allocate(room);
    byte[] empty = new byte[room];
    Arrays.fill(empty, RecordingSink.EMPTY);
    device().put(address, empty);
    path.read(chunk.key(), (header, length) -> address + 4096, bench().inTime());
    byte[] expected = empty.clone();
    System.arraycopy(chunk.payloadBytes(), 0, expected, 4096, bytes);
    String check = "that blocks that are read whole are cut before they reach device memory";
    Expect.bytes(
        expected, device().get(address, room), "device memory and what is round it", check);
  }
}
