package io.github.hardenedhttp.undertow;

/**
 * Everything that is wrapped around a request, in one list. The top is nearest the
 * socket: it sees the request first and the response last. All of it stands inside Boot's
 * own chain (graceful shutdown, {@code Server} header, compression) and outside the
 * application's filters.
 */
public enum HandlerOrder {

	/**
	 * First, so that a connection counts as active whatever the others answer.
	 */
	CONNECTION_STATE,

	/**
	 * Only changes what the connection says of itself.
	 */
	TLS_SESSION,

	/**
	 * Knows from the state how many requests there have been; must come before anybody
	 * can answer.
	 */
	KEEP_ALIVE,

	/**
	 * Catches what the handlers after it throw to abort a request.
	 */
	ABORT,

	/**
	 * Only changes what is said when the response is committed.
	 */
	DRAINING,

	/**
	 * Before anybody reads or writes, so that all waiting is seen.
	 */
	DEADLINES,

	/**
	 * Only adds a header when the response is committed, so it must see the exchange
	 * before anybody can answer.
	 */
	STRICT_TRANSPORT_SECURITY,

	/**
	 * Only adds headers, too.
	 */
	PAGE_HEADERS,

	/**
	 * Refuses what no handler after it could understand. Those before it see how long the
	 * client takes to hear so, and what the answer says.
	 */
	REQUEST_RULES,

	/**
	 * Before anybody reads from the body.
	 */
	BODY_LIMIT,

	/**
	 * After it nobody can wrap the request channel any more.
	 */
	BODY_BUFFER,

	/**
	 * Last: what waits here has all but a worker.
	 */
	WORKER_TURN

}
