/* Asks for numbers every two seconds, keeps five minutes of them, and draws. */
(() => {
	"use strict";

	const INTERVAL = 2000;
	const REPORT_INTERVAL = 30000;
	const PATIENCE = 4000;
	const WINDOW = 5 * 60 * 1000;
	const DAY = 24 * 60 * 60;

	const PAGE = location.origin + location.pathname.replace(/\/+$/, "");
	const DATA = PAGE + "/data";
	const REPORT = PAGE.slice(0, PAGE.lastIndexOf("/"));

	const COLOURS = {
		"open": "teal", "limit": "red", "cap": "red", "max": "red",
		"handshake": "amber", "request-header": "violet", "active": "teal", "idle": "slate-light", "upgraded": "blue",
		"client": "slate", "server": "slate-light", "max-age": "slate-dark", "io-error": "brown", "shutdown": "slate-dark",
		"handshake-failure": "amber", "handshake-timeout": "red", "header-timeout": "violet", "read-timeout": "rose",
		"write-timeout": "blue", "total-timeout": "brown", "limit-total": "red", "limit-client": "amber",
		"limit-handshakes": "amber",
		"evicted": "rose", "bad-request": "brown", "h2-flood": "red",
		"TLSv1.3": "teal", "TLSv1.2": "blue", "failed": "red",
		"SUCCESS": "teal", "REDIRECTION": "blue", "CLIENT_ERROR": "amber", "SERVER_ERROR": "red",
		"INFORMATIONAL": "slate", "UNKNOWN": "slate-dark",
		"median": "teal", "p99": "violet", "longest": "slate",
		"computing": "teal", "waiting": "amber", "queued": "red", "level": "amber"
	};

	const samples = [];
	const cards = [];
	let report = null;
	let reportText = "";
	let awaySince = null;
	let awayWhy = "";
	let paused = false;

	const $ = (id) => document.getElementById(id);

	function element(name, attributes = {}, ...children) {
		const made = document.createElement(name);
		for (const [key, value] of Object.entries(attributes)) {
			if (value !== null && value !== undefined) {
				made.setAttribute(key, value);
			}
		}
		made.append(...children.filter((child) => child !== null && child !== undefined));
		return made;
	}

	function setText(node, text) {
		if (node.textContent !== text) {
			node.textContent = text;
		}
	}

	/* Numbers as people read them */

	function number(value) {
		if (value === undefined || value === null) {
			return "–";
		}
		const digits = (Math.abs(value) >= 0.05 && Math.abs(value) < 9.95 && value % 1 !== 0) ? 1 : 0;
		return value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
	}

	function perSecond(value) {
		return (value === undefined) ? "–" : number(value) + "/s";
	}

	function millis(value) {
		if (value === undefined || value === null) {
			return "–";
		}
		return (value >= 1000) ? (value / 1000).toFixed(1) + " s" : ((value > 0 && value < 9.95) ? value.toFixed(1) : Math.round(value)) + " ms";
	}

	function percent(part) {
		return (100 * part).toFixed((part < 0.1) ? 1 : 0) + " %";
	}

	function duration(seconds) {
		if (seconds < 60) {
			return Math.max(0, Math.floor(seconds)) + " s";
		}
		if (seconds < 3600) {
			return Math.floor(seconds / 60) + " min";
		}
		if (seconds < 2 * DAY) {
			return Math.floor(seconds / 3600) + " h";
		}
		return Math.floor(seconds / DAY) + " days";
	}

	function clock(time) {
		return new Date(time).toLocaleTimeString("en-GB");
	}

	/* What the samples say */

	function readings(sample, meter) {
		return (sample && !sample.gap && sample.meters[meter]) || [];
	}

	function sum(sample, meter, where = () => true) {
		const found = readings(sample, meter).filter((reading) => where(reading.tags));
		return found.length ? found.reduce((total, reading) => total + reading.value, 0) : undefined;
	}

	function by(sample, meter, key, where = () => true) {
		const sums = {};
		for (const { tags, value } of readings(sample, meter)) {
			if (where(tags)) {
				const name = (typeof key === "function") ? key(tags) : tags[key];
				sums[name] = (sums[name] || 0) + value;
			}
		}
		return sums;
	}

	/* Per second since the sample before; nothing across a gap or a restart. */
	function rates(now, before, count) {
		if (!now || !before || now.gap || before.gap || now.startedAt !== before.startedAt || now.now <= before.now) {
			return {};
		}
		const from = count(before);
		const rates = {};
		for (const [name, value] of Object.entries(count(now))) {
			rates[name] = Math.max(0, value - (from[name] || 0)) * 1000 / (now.now - before.now);
		}
		return rates;
	}

	function total(values) {
		const all = Object.values(values).filter((value) => value !== undefined);
		return all.length ? all.reduce((one, other) => one + other, 0) : undefined;
	}

	const ofVisitors = (tags) => tags.listener !== "management";
	const closes = (sample) => by(sample, "hardened.connections.closed", "reason");
	const rejections = (sample) => by(sample, "hardened.requests.rejected", "reason");
	const handshakes = (sample) => by(sample, "hardened.tls.handshakes", (tags) => (tags.result === "success") ? tags.protocol : "failed");
	const requests = (sample) => by(sample, "http.server.requests", "outcome");

	/* Percentiles are estimates, and one of few requests can come out above the longest. */
	function latency(sample) {
		const seen = sample.latency;
		return (seen && seen.max > 0 && seen.p99 > 0)
			? { median: Math.min(seen.median, seen.max), p99: Math.min(seen.p99, seen.max), longest: seen.max } : {};
	}

	/* How many minutes the plots are wide: as few as hold all there is. */
	function span() {
		const age = samples.length ? samples[samples.length - 1].at - samples[0].at : 0;
		return [1, 2, 3, 4].find((minutes) => minutes * 60000 >= age) || 5;
	}

	const LEVELS = ["none", "warn", "fail"];

	/* The cards, in the order of the page. */
	const CARDS = [
		{
			title: "File descriptors", unit: number, lines: ["limit"],
			values: (now) => ({ open: sum(now, "process.files.open"), limit: sum(now, "process.files.max") }),
			far: "limit",
			now: (v) => [number(v.open), "of " + number(v.limit)],
			part: (v) => v.open / v.limit
		},
		{
			title: "Connections by state", unit: number, stacked: true, quiet: "Nobody is connected.",
			values: (now) => by(now, "hardened.connections", "state", ofVisitors),
			now: (v, now) => [number(total(v)), "of " + number(sum(now, "hardened.connections.max"))],
			part: (v, now) => total(v) / sum(now, "hardened.connections.max"),
			note: "Without those of the management port."
		},
		{
			title: "Closed, by reason", unit: perSecond, stacked: true, quiet: "Nothing has been closed.",
			values: (now, before) => rates(now, before, closes),
			now: (v) => [perSecond(total(v)), ""]
		},
		{
			title: "TLS handshakes, by result", unit: perSecond, stacked: true, quiet: "No handshake yet.",
			values: (now, before) => rates(now, before, handshakes),
			now: (v) => [perSecond(total(v)), ""]
		},
		{
			title: "Requests, by outcome", unit: perSecond, stacked: true, quiet: "No request yet.",
			values: (now, before) => rates(now, before, requests),
			now: (v) => [perSecond(total(v)), ""]
		},
		{
			title: "Request duration", unit: millis, quiet: "No request in the last 10 seconds.",
			values: latency, keep: true,
			now: (v) => [millis(v.p99), "p99"],
			note: "Of the requests Spring has answered in the last 10 seconds, all paths together."
		},
		{
			title: "Requests rejected, by reason", unit: perSecond, stacked: true, quiet: "No request has been rejected.",
			values: (now, before) => rates(now, before, rejections),
			now: (v) => [perSecond(total(v)), ""],
			note: "Cut or refused for their client's fault."
		},
		{
			title: "Workers", unit: number, lines: ["max"], quiet: "This application has no worker threads.",
			values: (now) => {
				const states = by(now, "hardened.workers", "state");
				return states.computing === undefined ? {} : Object.assign(states,
					{ queued: sum(now, "hardened.workers.queued"), max: sum(now, "hardened.workers.max") });
			},
			now: (v) => [number((v.computing || 0) + (v.waiting || 0)), "of " + number(v.max)],
			note: "Computing, waiting for a client, and requests that queue."
		},
		{
			title: "Pressure", unit: (value) => (value === undefined) ? "–" : LEVELS[value] || number(value), stepped: true, top: 2,
			values: (now) => ({ level: sum(now, "hardened.pressure") }),
			now: (v) => [LEVELS[v.level] || "–", ""],
			note: "How short file descriptors are: none, warn (connections are kept for less time), fail (who comes takes another's place)."
		}
	];

	/* Colours live in the style sheet; a canvas wants them resolved. */
	const probe = document.createElement("span");
	probe.hidden = true;

	function colour(name) {
		probe.style.color = `var(--${name})`;
		return getComputedStyle(probe).color;
	}

	function colourOf(key) {
		return colour(COLOURS[key] || "slate");
	}

	function translucent(rgb, alpha) {
		return rgb.replace("rgb(", "rgba(").replace(")", `, ${alpha})`);
	}

	class Card {

		constructor(definition, index) {
			this.definition = definition;
			this.node = $("card").content.firstElementChild.cloneNode(true);
			const title = this.node.querySelector("h3");
			title.id = "card-" + index;
			title.textContent = definition.title;
			this.node.setAttribute("aria-labelledby", title.id);
			this.node.querySelector("caption").textContent = definition.title + ": now, and most in five minutes";
			this.node.querySelector(".note").textContent = definition.note || "";
			this.bar = this.node.querySelector(".bar");
			this.canvas = this.node.querySelector("canvas");
			this.quiet = element("p", { class: "quiet", hidden: "" }, definition.quiet || "");
			this.canvas.parentElement.append(this.quiet);
			this.rows = new Map();
			$("plots").append(this.node);
			this.chart = new Chart(this.canvas, { type: "line", data: { datasets: [] }, options: this.options() });
		}

		options() {
			const { definition } = this;
			return {
				animation: false, parsing: false, normalized: true, maintainAspectRatio: false, events: ["mousemove", "mouseout", "touchstart"],
				interaction: { mode: "index", intersect: false },
				plugins: {
					legend: { display: false },
					tooltip: {
						filter: (item) => item.parsed.y !== null,
						callbacks: {
							title: (items) => items.length ? clock(items[0].parsed.x) : "",
							label: (item) => `${item.dataset.label}  ${definition.unit(item.parsed.y)}`
						}
					}
				},
				scales: {
					x: {
						type: "linear", border: { display: false }, grid: { display: false },
						afterBuildTicks: (axis) => {
							axis.ticks = [axis.min, axis.max].map((value) => ({ value }));
						},
						ticks: {
							maxRotation: 0, autoSkip: false, align: "inner", font: { size: 11 },
							callback: (value, index) => index ? "now" : `${span()} min ago`
						}
					},
					y: {
						beginAtZero: true, stacked: Boolean(definition.stacked), border: { display: false },
						suggestedMax: definition.top || 1, max: definition.top,
						afterFit: (axis) => {
							axis.width = 46;
						},
						ticks: {
							maxTicksLimit: 4, font: { size: 11 }, precision: 0, stepSize: definition.top ? 1 : undefined,
							callback: (value) => definition.top ? LEVELS[value] : (definition.unit === millis) ? millis(value).replace(".0 ", " ") : value.toLocaleString("en")
						}
					}
				}
			};
		}

		/* Which series there are: those that were ever more than nothing, and all where none was. */
		series(points) {
			const most = new Map();
			for (const { values } of points) {
				for (const [name, value] of Object.entries(values)) {
					if (value !== undefined) {
						most.set(name, Math.max(most.get(name) || 0, value));
					}
				}
			}
			const { stacked, keep } = this.definition;
			const shown = [...most].filter(([, value]) => value > 0 || !stacked || keep);
			const order = Object.keys(COLOURS);
			const rank = (name) => order.indexOf(name) < 0 ? order.length : order.indexOf(name);
			return shown.sort(([one], [other]) => rank(one) - rank(other));
		}

		draw() {
			const { definition, chart } = this;
			const points = samples.map((sample, index) => ({
				time: sample.at,
				values: sample.gap ? {} : definition.values(sample, samples[index - 1])
			}));
			const last = samples[samples.length - 1];
			const present = points.length ? points[points.length - 1].values : {};
			const series = this.series(points);
			const highest = Math.max(1, ...series.filter(([name]) => name !== definition.far).map(([, most]) => most));
			const drawn = series.filter(([name, most]) => name !== definition.far || most < 3 * highest);

			chart.data.datasets = drawn.map(([name], index) => this.dataset(name, index, points));
			const end = last ? last.at : Date.now();
			chart.options.scales.x.min = end - span() * 60000;
			chart.options.scales.x.max = end;
			const grid = colour("line");
			chart.options.scales.y.grid = { color: grid, tickLength: 0 };
			chart.options.scales.x.ticks.color = chart.options.scales.y.ticks.color = colour("muted");
			chart.update("none");

			this.label(series, present, last);
		}

		dataset(name, index, points) {
			const { stacked, stepped, lines = [] } = this.definition;
			const line = lines.includes(name);
			const rgb = colourOf(name);
			return {
				label: name, borderColor: rgb, borderWidth: 1.5, pointRadius: 0, pointHitRadius: 8, stepped: stepped ? "before" : false,
				borderDash: line ? [5, 4] : [], borderJoinStyle: "round",
				backgroundColor: translucent(rgb, stacked ? 0.35 : 0.14),
				fill: line ? false : stacked ? (index === 0 ? "origin" : "-1") : (this.definition.unit !== millis && index === 0 ? "origin" : false),
				data: points.map(({ time, values }) => ({ x: time, y: Object.keys(values).length ? values[name] ?? (stacked ? 0 : null) : null }))
			};
		}

		label(series, present, last) {
			const { definition } = this;
			const away = !last || last.gap;
			const [value, unit] = away ? ["–", ""] : definition.now(present, last);
			setText(this.node.querySelector(".now b"), value);
			setText(this.node.querySelector(".now span"), unit);
			if (definition.part && !away) {
				const part = Math.min(1, definition.part(present, last) || 0);
				this.bar.hidden = false;
				this.bar.dataset.level = (part >= 0.95) ? "bad" : (part >= 0.8) ? "warn" : "good";
				this.bar.firstElementChild.style.width = 100 * part + "%";
			}
			const body = this.node.querySelector("tbody");
			for (const [name, row] of this.rows) {
				if (!series.some(([shown]) => shown === name)) {
					row.remove();
					this.rows.delete(name);
				}
			}
			for (const [name, most] of series) {
				const row = this.rows.get(name) || this.row(name);
				this.rows.set(name, row);
				row.swatch.style[row.dashed ? "borderColor" : "background"] = colourOf(name);
				setText(row.cells[1], away ? "–" : definition.unit(present[name] ?? (definition.stacked ? 0 : undefined)));
				setText(row.cells[2], definition.unit(most));
				body.append(row);
			}
			this.node.querySelector("thead").hidden = !series.length;
			this.quiet.hidden = series.length > 0 || !samples.length;
			this.canvas.setAttribute("aria-label", `${definition.title}: ${value} ${unit}. The table below has the numbers.`);
		}

		row(name) {
			const dashed = (this.definition.lines || []).includes(name);
			const swatch = element("span", { class: dashed ? "swatch dashed" : "swatch", "aria-hidden": "true" });
			const row = element("tr", {}, element("th", { scope: "row" }, swatch, name), element("td"), element("td"));
			row.swatch = swatch;
			row.dashed = dashed;
			return row;
		}

	}

	/* Certificates: those there is a meter for, and the one the server has shown to itself. */
	class Certificates {

		constructor() {
			this.list = element("ul", { class: "certificates" });
			this.empty = element("p", { class: "empty" }, "No certificate is known.");
			const title = element("h3", { id: "card-certificates" }, "Certificates");
			this.now = element("b");
			$("plots").append(element("article", { class: "card wide", "aria-labelledby": title.id },
				element("header", {}, title, element("p", { class: "now" }, this.now, " left")), this.list, this.empty));
			this.seen = "";
		}

		static all(sample) {
			const parts = by(sample, "hardened.certificate.remaining", "bundle");
			const metered = readings(sample, "ssl.chain.expiry")
				.map(({ tags, value }) => ({ name: `bundle ${tags.bundle}, ${tags.chain}`, left: value, part: parts[tags.bundle] }));
			const chain = report?.selfTest?.tls?.chain || [];
			const shown = chain.slice(0, 1).map(({ subject, names, notAfter }) => ({
				name: (names && names.length) ? names.join(", ") : subject,
				left: (Date.parse(notAfter) - Date.now()) / 1000
			})).filter(({ left }) => Number.isFinite(left));
			const both = shown.flatMap((one) => {
				const same = metered.filter(({ left }) => Math.abs(left - one.left) < 120);
				same.forEach((other) => metered.splice(metered.indexOf(other), 1));
				return same.length ? [{ ...same[0], name: `${one.name} (${same[0].name})` }] : [one];
			});
			return [...both, ...metered].sort((one, other) => one.left - other.left);
		}

		draw() {
			const all = Certificates.all(samples[samples.length - 1]);
			if (!all.length && samples.length && samples[samples.length - 1].gap) {
				return;
			}
			setText(this.now, all.length ? duration(all[0].left) : "–");
			this.empty.hidden = all.length > 0;
			const seen = JSON.stringify(all.map(({ name, left, part }) => [name, Math.floor(left / 3600), part?.toFixed(2)]));
			if (seen === this.seen) {
				return;
			}
			this.seen = seen;
			this.list.replaceChildren(...all.map(({ name, left, part }) => {
				const length = element("i");
				length.style.width = 100 * Math.max(0, Math.min(1, part ?? left / (90 * DAY))) + "%";
				return element("li", {}, element("b", {}, left > 0 ? duration(left) : "over"), " " + name,
					element("div", { class: "bar", "aria-hidden": "true", "data-level": levelOfCertificate({ left, part }) }, length),
					element("small", {}, `until ${new Date(Date.now() + 1000 * left).toLocaleDateString("en-GB", { dateStyle: "long" })}; the bar is ${part === undefined ? "90 days long" : "its whole lifetime"}`));
			}));
		}

	}

	function levelOfCertificate({ left, part }) {
		if (part !== undefined) {
			return (part <= 0.1) ? "bad" : (part <= 0.33) ? "warn" : "good";
		}
		return (left < 3 * DAY) ? "bad" : (left < 14 * DAY) ? "warn" : "good";
	}

	/* The status line */

	function forcedLately() {
		const last = samples[samples.length - 1];
		const before = samples[Math.max(0, samples.length - 6)];
		const lately = rates(last, before, closes);
		const forced = (last?.forced || []).map((reason) => [reason, lately[reason] || 0]).sort((one, other) => other[1] - one[1]);
		return { perSecond: forced.reduce((all, [, rate]) => all + rate, 0), worst: forced[0]?.[0] };
	}

	function state() {
		if (awaySince !== null) {
			return { level: "bad", text: "Server away since " + clock(awaySince), detail: awayWhy + " Asked again every two seconds." };
		}
		const last = samples[samples.length - 1];
		if (!last) {
			return { level: "unknown", text: "Looking…", detail: "" };
		}
		const pressure = sum(last, "hardened.pressure");
		const forced = forcedLately();
		const cutting = forced.perSecond > 1 ? `Ends ${number(forced.perSecond)} connections a second, most for '${forced.worst}'.` : "";
		if (pressure >= 2) {
			return { level: "bad", text: "Hardly any descriptors left", detail: cutting || "Each newcomer takes the place of another connection." };
		}
		if (pressure >= 1) {
			return { level: "warn", text: "Descriptors are short", detail: cutting || "Connections are kept alive for 5 seconds only." };
		}
		if (cutting) {
			return { level: "warn", text: "Under attack, and holding", detail: cutting };
		}
		if (paused) {
			return { level: "unknown", text: "Paused", detail: "Since " + clock(last.at) + "." };
		}
		return { level: "good", text: "Serving", detail: "Nobody is short of anything." };
	}

	function drawStatus() {
		const { level, text, detail } = state();
		$("status").dataset.level = level;
		setText($("state"), text);
		setText($("detail"), detail);
		const last = samples[samples.length - 1];
		const before = samples[samples.length - 2];
		const here = last && !last.gap;
		const pressure = here ? sum(last, "hardened.pressure") : undefined;
		const certificates = Certificates.all(last);
		const figures = [
			["pressure", LEVELS[pressure] || "–", ["good", "warn", "bad"][pressure]],
			["connections", here ? number(sum(last, "hardened.connections", ofVisitors)) : "–"],
			["requests", here ? perSecond(total(rates(last, before, requests))) : "–"],
			["p99", here ? millis(latency(last).p99) : "–"],
			["cut", here && samples.length > 1 ? perSecond(forcedLately().perSecond) : "–", here && forcedLately().perSecond > 1 ? "warn" : null],
			["certificate", certificates.length ? duration(certificates[0].left) : "–", certificates.length ? levelOfCertificate(certificates[0]) : null]
		];
		const list = $("figures");
		if (!list.childElementCount) {
			list.append(...figures.map(([name]) => element("div", {}, element("dt", {}, name), element("dd"))));
		}
		figures.forEach(([, value, of], index) => {
			const node = list.children[index].lastElementChild;
			setText(node, value);
			node.dataset.level = of || "";
		});
		if (here) {
			setText($("application"), last.application || "Hardened HTTP");
			setText($("uptime"), "up " + duration((last.now - last.startedAt) / 1000));
		}
		document.title = (awaySince !== null ? "away – " : level === "warn" || level === "bad" ? "! " : "") + (last?.application || "Hardened HTTP") + " – Hardened HTTP";
	}

	/* The report */

	const GRAVITY = ["fail", "warn", "pass"];
	const VERDICTS = { pass: ["good", "pass"], warn: ["warn", "warn"], fail: ["bad", "fail"] };

	function verdict(text) {
		const [level, word] = VERDICTS[text] || ["", text];
		return element("span", { class: "verdict", "data-level": level }, word);
	}

	function check(it) {
		const property = it.property || it.key;
		return element("li", { class: "check", "data-level": (VERDICTS[it.verdict] || [""])[0] },
			verdict(it.verdict),
			element("div", {}, element("span", { class: "name" }, it.name), element("code", { class: "value" }, String(it.value)),
				element("small", { class: "origin" }, [property, it.origin].filter(Boolean).join(" · "))),
			element("div", { class: "why" }, it.why || "", it.fix ? element("span", { class: "fix" }, it.fix) : null));
	}

	function worstOf(it) {
		return GRAVITY.find((verdict) => it.checks.some((one) => one.verdict === verdict)) || "pass";
	}

	/* The gravest first; what is alike stays as it came. */
	function byGravity(all, of) {
		return [...all].sort((one, other) => GRAVITY.indexOf(of(one)) - GRAVITY.indexOf(of(other)));
	}

	function room(it, open) {
		const counts = { fail: 0, warn: 0, pass: 0 };
		it.checks.forEach((one) => counts[one.verdict]++);
		const worst = worstOf(it);
		const told = GRAVITY.filter((one) => counts[one]).map((one) => `${counts[one]} ${one}`).join(", ");
		const name = it.room || it.name;
		const node = element("details", { class: "room", "data-level": VERDICTS[worst][0], "data-room": name },
			element("summary", {}, element("h3", {}, name), verdict(worst), element("span", { class: "count" }, told)),
			element("ul", {}, ...byGravity(it.checks, (one) => one.verdict).map(check)));
		node.open = open ?? worst !== "pass";
		return node;
	}

	function facts(entries) {
		const list = element("dl", { class: "facts" });
		entries.filter(([, value]) => value && value.length).forEach(([name, value]) => list.append(element("dt", {}, name), element("dd", {}, value)));
		return list;
	}

	function selfTest(it, open) {
		const tls = it.tls || {};
		const node = element("details", { class: "room", "data-room": "stranger", "data-level": (it.problems || []).length ? "warn" : "good" },
			element("summary", {}, element("h3", {}, "on the wire"), verdict((it.problems || []).length ? "warn" : "pass"),
				element("span", { class: "count" }, "what the server showed itself")),
			facts([["Protocols", (tls.accepted || []).join(", ")], ["Refused", (tls.refused || []).join(", ")],
				...Object.entries(tls.suites || {}).map(([protocol, suites]) => [protocol, suites.join(", ")]),
				["Groups", (tls.groups || []).join(", ")], ["ALPN", tls.alpn],
				["Chain", (tls.chain || []).map((one) => `${one.subject} until ${String(one.notAfter).slice(0, 10)}`).join("; ")],
				["By name", (tls.serverNames || []).map((one) => `${one.name}: ${one.certificate.subject} until ${one.certificate.notAfter.slice(0, 10)}`).join("; ")],
				["HSTS", tls.strictTransportSecurity],
				["Redirect", it.redirect ? `${it.redirect.status} ${it.redirect.location || ""}` : ""],
				["Not seen", (it.problems || []).join(" ")]]));
		node.open = open ?? false;
		return node;
	}

	function summaryOf(it) {
		const mended = (it.vulnerabilities || []).length;
		const others = (it.withoutFix || []).length;
		return mended ? `${mended} known and mended in a later version` : others ? `${others} known, mended in no version` : "nothing is known against them";
	}

	function versions(it, open) {
		const known = [...(it.vulnerabilities || []), ...(it.withoutFix || [])];
		const level = (it.vulnerabilities || []).length ? "fail" : (it.unjudged || []).length ? "warn" : "pass";
		const node = element("details", { class: "room", "data-room": "versions", "data-level": VERDICTS[level][0] },
			element("summary", {}, element("h3", {}, "versions"), verdict(level),
				element("span", { class: "count" }, summaryOf(it))),
			facts([...Object.entries(it.libraries || {}),
				...known.map((one) => [one.id, `${one.what} (${one.artifact}${one.fixedIn ? ", mended in " + one.fixedIn : ""})`])]));
		node.open = open ?? level !== "pass";
		return node;
	}

	function drawReport() {
		const rooms = (report && report.rooms) || [];
		const grade = report && (typeof report.grade === "string" ? { letter: report.grade, reasons: report.reasons } : report.grade);
		if (!rooms.length && !grade) {
			return;
		}
		const letter = grade?.letter || "–";
		const level = /^A/.test(letter) ? "good" : /^[BCT]/.test(letter) ? "warn" : (letter === "–") ? "" : "bad";
		setText($("grade"), letter);
		$("grade").dataset.level = level;
		$("grade").setAttribute("aria-label", `Grade ${letter}, to the report`);
		const verdicts = rooms.flatMap((it) => it.checks.map((one) => one.verdict));
		const count = (name) => verdicts.filter((one) => one === name).length;
		setText($("summary"), `Grade ${letter}: ${count("pass")} of ${verdicts.length} checks pass`
			+ (count("warn") ? `, ${count("warn")} warn` : "") + (count("fail") ? `, ${count("fail")} fail` : "") + ".");
		const open = new Map([...document.querySelectorAll(".room")].map((node) => [node.dataset.room, node.open]));
		const focused = document.activeElement?.closest?.(".room")?.dataset.room;
		$("rooms").replaceChildren(
			...(grade?.reasons?.length ? [element("ul", { class: "reasons", "aria-label": "What lowers the grade" }, ...grade.reasons.map((one) => element("li", {}, one)))] : []),
			...byGravity(rooms, worstOf).map((it) => room(it, open.get(it.room || it.name))),
			...(report.selfTest ? [selfTest(report.selfTest, open.get("stranger"))] : []),
			...(report.versions ? [versions(report.versions, open.get("versions"))] : []));
		if (focused) {
			document.querySelector(`.room[data-room="${CSS.escape(focused)}"] > summary`)?.focus();
		}
	}

	/* Asking */

	async function get(url) {
		const response = await fetch(url, { cache: "no-store", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
		if (!response.ok) {
			throw new Error(`It answers ${response.status}.`);
		}
		return response.text();
	}

	function add(sample) {
		samples.push(sample);
		while (samples.length && samples[0].at < sample.at - WINDOW - INTERVAL) {
			samples.shift();
		}
	}

	async function look() {
		try {
			const sample = JSON.parse(await get(DATA));
			const returns = awaySince !== null;
			awaySince = null;
			add(Object.assign(sample, { at: Date.now() }));
			if (returns) {
				lookAtReport();
			}
		}
		catch (error) {
			if (awaySince === null) {
				awaySince = Date.now();
			}
			awayWhy = error.message.startsWith("It answers") ? error.message : "It does not answer.";
			add({ at: Date.now(), gap: true });
		}
		draw();
	}

	async function lookAtReport() {
		try {
			const text = await get(REPORT);
			if (text !== reportText) {
				report = JSON.parse(text);
				reportText = text;
				drawReport();
			}
		}
		catch (error) {
			// The status line tells of a server that is away.
		}
	}

	function draw() {
		drawStatus();
		cards.forEach((card) => card.draw());
	}

	/* Controls */

	const THEMES = ["system", "light", "dark"];

	function theme(name) {
		if (name === "system") {
			delete document.documentElement.dataset.theme;
		}
		else {
			document.documentElement.dataset.theme = name;
		}
		setText($("theme"), "Theme: " + name);
		draw();
	}

	function storedTheme() {
		try {
			return THEMES.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "system";
		}
		catch (error) {
			return "system";
		}
	}

	function begin() {
		document.body.append(probe);
		cards.push(...CARDS.map((definition, index) => new Card(definition, index)), new Certificates());
		theme(storedTheme());
		$("theme").addEventListener("click", () => {
			const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme || "system") + 1) % THEMES.length];
			try {
				localStorage.setItem("theme", next);
			}
			catch (error) {
				// It holds for this page, then.
			}
			theme(next);
		});
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
		$("pause").addEventListener("click", () => {
			paused = !paused;
			$("pause").setAttribute("aria-pressed", String(paused));
			if (paused) {
				drawStatus();
			}
			else {
				run();
			}
		});
		$("attention").addEventListener("change", (event) => {
			$("report").dataset.only = event.target.checked ? "attention" : "";
		});
		lookAtReport();
		setInterval(() => paused || lookAtReport(), REPORT_INTERVAL);
		run();
	}

	let turn = 0;

	async function run() {
		const mine = ++turn;
		while (!paused && mine === turn) {
			const next = Date.now() + INTERVAL;
			await look();
			await new Promise((resume) => setTimeout(resume, Math.max(0, next - Date.now())));
		}
	}

	begin();
})();
