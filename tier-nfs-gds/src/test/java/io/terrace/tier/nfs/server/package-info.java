/** A real NFS server and a client of it, both without the kernel's. */
@NullMarked
package io.terrace.tier.nfs.server;

import org.jspecify.annotations.NullMarked;
