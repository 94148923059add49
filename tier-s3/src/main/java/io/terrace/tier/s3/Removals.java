/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/**
 * Removes objects, many by one request where the server does so: some do not know that request, and
 * Ceph 16 refuses it to whom a policy lets remove what a prefix begins. All of it blocks, fails
 * with what the SDK throws, and ends early when its thread is interrupted. Safe for use by several
 * threads.
 */
final class Removals {
  /** What one request of the protocol may remove. */
  static final int MOST_KEYS = 1000;

  private static final System.Logger LOGGER = System.getLogger(Removals.class.getName());

  private final S3Settings settings;
  private final S3Client client;
  private final AtomicBoolean takesMany = new AtomicBoolean(true);

  Removals(S3Settings settings, S3Client client) {
    this.settings = settings;
    this.client = client;
  }

  /** Removes an object; one that is not there counts as removed. */
  void remove(String object, Deadline deadline) {
    client.deleteObject(
        delete ->
            delete
                .bucket(settings.bucket())
                .key(object)
                .requestPayer(settings.objects().payer())
                .overrideConfiguration(Bucket.within(deadline)));
  }

  /**
   * Removes at most {@link #MOST_KEYS} objects; those that are not there count as removed.
   *
   * @return the names of those that the server did not remove, and why
   */
  Map<String, String> removeAll(Collection<String> objects, Deadline deadline) {
    if (takesMany.get()) {
      try {
        return removeAtOnce(objects, deadline);
      } catch (SdkException e) {
        if (!S3Errors.mayTakeOneOnly(e)) {
          throw e;
        }
        removeEach(objects, deadline);
        if (takesMany.compareAndSet(true, false)) {
          LOGGER.log(
              System.Logger.Level.INFO,
              "the {0} does not remove many objects by one request ({1}): it is asked for each",
              settings.place(),
              S3Errors.failed(e).what());
        }
        return Map.of();
      }
    }
    removeEach(objects, deadline);
    return Map.of();
  }

  private Map<String, String> removeAtOnce(Collection<String> objects, Deadline deadline) {
    List<ObjectIdentifier> names =
        objects.stream().map(name -> ObjectIdentifier.builder().key(name).build()).toList();
    DeleteObjectsResponse response =
        client.deleteObjects(
            delete ->
                delete
                    .bucket(settings.bucket())
                    .delete(all -> all.objects(names).quiet(true))
                    .requestPayer(settings.objects().payer())
                    .overrideConfiguration(Bucket.within(deadline)));
    Map<String, String> left = new HashMap<>();
    response.errors().forEach(error -> left.put(error.key(), String.valueOf(error.message())));
    return left;
  }

  private void removeEach(Collection<String> objects, Deadline deadline) {
    for (String object : objects) {
      try {
        remove(object, deadline);
      } catch (SdkException e) {
        if (!S3Errors.isMissing(e)) {
          throw e;
        }
      }
    }
  }
}
