package io.github.hardenedhttp.filedescriptor;

import java.util.Locale;

/**
 * What a file descriptor is open for, as far as the name Linux gives it tells.
 */
enum FileDescriptorType {

	/**
	 * A socket of any family: connections, listeners, UNIX domain sockets.
	 */
	SOCKET,

	/**
	 * Anything with a path: files (also deleted ones), directories, devices, named pipes.
	 */
	FILE,

	/**
	 * A pipe without a name.
	 */
	PIPE,

	/**
	 * An epoll instance; each NIO selector has one.
	 */
	EPOLL,

	/**
	 * All the rest: eventfd, timerfd, inotify, namespaces, and whatever is new.
	 */
	OTHER;

	/**
	 * Tells the type from the target of a link in {@code /proc/self/fd}.
	 * @param target the target of the link, see proc(5)
	 * @return the type
	 */
	static FileDescriptorType ofLinkTarget(String target) {
		if (target.startsWith("socket:[")) {
			return SOCKET;
		}
		if (target.startsWith("/")) {
			return FILE;
		}
		if (target.startsWith("pipe:[")) {
			return PIPE;
		}
		return target.equals("anon_inode:[eventpoll]") ? EPOLL : OTHER;
	}

	/**
	 * The name as meters and the endpoint show it.
	 * @return the name in lower case
	 */
	String id() {
		return name().toLowerCase(Locale.ROOT);
	}

}
