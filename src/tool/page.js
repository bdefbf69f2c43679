// SPDX-License-Identifier: GPL-2.0-or-later
'use strict';
(function () {
	const data = JSON.parse(document.getElementById('spots').textContent), d = data.spots;
	const picture = document.getElementById('picture'), image = picture.firstElementChild;
	const SERIES = ['TCP/IPv4', 'UDP/IPv4', 'TCP/IPv6', 'UDP/IPv6', 'ICMP/IPv4', 'ICMP/IPv6'];
	const CLASSES = ['', 'backscatter', 'late'], PARTLY = 1, RECORDED = 2, OTHER_TYPE = 256, GAP = 14;

	// All that is shown comes in by textContent: it is text, whatever stands in it.
	function element(parent, tag, name, text) {
		const made = parent.appendChild(document.createElement(tag));
		made.className = name;
		made.textContent = text;
		return made;
	}
	const ring = element(picture, 'div', 'ring', ''), panel = element(document.body, 'div', 'panel', '');
	panel.setAttribute('role', 'status');

	// Column after column: area, x, width, seconds since the last one's start, its seconds, whether recorded, packets left out, spots.
	// Spot after spot: rows since the last one's y, its height, marks, sightings; then (series, lo, hi - lo, packets) of each mark; and if
	// there are sightings, how many and what packets are not told, then (series and class, port, source, destination, rule, packets).
	const spots = [];
	for (let at = 0, start = 0; at < d.length;) {
		const column = { area: data.areas[d[at]], x: d[at + 1], width: d[at + 2], start: start += d[at + 3], seconds: d[at + 4],
			recorded: d[at + 5], leftOut: d[at + 6] };
		let left = d[at + 7], y = column.area[1];
		for (at += 8; left > 0; left--) {
			y += d[at];
			spots.push({ column, x: column.area[0] + column.x, y, width: column.width, height: d[at + 1], at: at + 2 });
			at += 4 + 4 * d[at + 2] + (d[at + 3] ? 2 + 6 * d[at + 3] : 0);
		}
	}

	// Local time is that of the picture, not of who looks at it.
	function clock(at, withDay, withSeconds, withZone) {
		const zone = data.zone.filter((z, i) => i === 0 || z[0] <= at).pop(), text = new Date((at + zone[1]) * 1000);
		const hours = text.toISOString().slice(11, withSeconds ? 19 : 16);
		const day = text.toUTCString().slice(0, 3) + ' ' + text.toISOString().slice(0, 10) + ' ';
		return (withDay ? day : '') + hours + (withZone ? ' ' + zone[2] : '');
	}
	const count = (n, one) => n.toLocaleString('en') + ' ' + one + (n === 1 ? '' : 's');
	function portName(series, lo, hi) {
		if (series > 3)
			return lo === OTHER_TYPE ? 'other types' : 'type ' + lo;
		const service = lo === hi && data.services[lo];
		return 'port ' + (lo === hi ? lo : lo + '–' + hi) + (service ? ' ' + service : '');
	}

	function tellSighting(list, at, isRange) {
		const series = d[at] & 7, port = d[at + 1], row = element(list, 'li', '', ''), code = port & 255;
		element(row, 'b', '', d[at + 5].toLocaleString('en'));
		element(row, 'span', 'port', series > 3 ? (code ? 'code ' + code : '') : isRange ? portName(series, port, port) : '');
		element(row, 'span', 'way', data.addresses[d[at + 2]] + ' → ' + data.addresses[d[at + 3]]);
		element(row, 'span', 'class', CLASSES[d[at] >> 3]);
		element(row, 'span', 'rule', data.rules[d[at + 4]]);
	}
	function tell(spot) {
		const column = spot.column, marks = d[spot.at], sightings = d[spot.at + 1], first = spot.at + 2 + 4 * marks;
		const end = column.start + column.seconds, withSeconds = column.start % 60 !== 0 || end % 60 !== 0;
		panel.textContent = '';
		element(panel, 'p', 'time', clock(column.start, true, withSeconds, false) + ' – ' +
			clock(end, clock(column.start, true).slice(0, 14) !== clock(end - 1, true).slice(0, 14), withSeconds, true));
		for (let m = 0, at = spot.at + 2; m < marks; m++, at += 4) {
			const series = d[at], lo = d[at + 1], hi = lo + d[at + 2], head = element(panel, 'p', 'mark', '');
			element(head, 'i', 's' + series, '');
			element(head, 'strong', '', SERIES[series] + ' ' + portName(series, lo, hi));
			element(head, 'span', '', count(d[at + 3], 'packet'));
			const list = element(panel, 'ul', '', '');
			for (let s = 0, sight = first + 2; s < sightings; s++, sight += 6) {
				const number = series > 3 ? d[sight + 1] >> 8 : d[sight + 1];
				if ((d[sight] & 7) === series && (lo === OTHER_TYPE || (number >= lo && number <= hi)))
					tellSighting(list, sight, lo !== hi);
			}
		}
		if (sightings && d[first])
			element(panel, 'p', 'note', 'and ' + d[first].toLocaleString('en') + ' more, with ' + count(d[first + 1], 'packet'));
		if (column.recorded === RECORDED && !sightings)
			element(panel, 'p', 'note', 'Who sent them is not on this page: it has no room for all.');
		else if (column.recorded !== RECORDED)
			element(panel, 'p', 'note', column.recorded === PARTLY ? 'Who sent them was recorded for a part of this time.' :
				'Who sent them was not recorded.');
		if (column.leftOut)
			element(panel, 'p', 'note', 'A sample: who sent ' + count(column.leftOut, 'more packet') + ' of this time was not recorded.');
	}

	// Beside the spot, or where there is no room, above or below: never on it.
	let shown = -1, isPinned = false;
	function place() {
		const box = image.getBoundingClientRect(), scale = box.width / data.width, spot = spots[shown];
		const width = document.documentElement.clientWidth, height = document.documentElement.clientHeight;
		const left = spot.x * scale, top = spot.y * scale, right = left + spot.width * scale, bottom = top + spot.height * scale;
		const style = panel.style, isAbove = box.top + top > height - box.top - bottom;
		Object.assign(ring.style, { left: left - 5 + 'px', top: top - 5 + 'px', width: right - left + 10 + 'px',
			height: bottom - top + 10 + 'px' });
		style.left = style.top = '0';
		style.maxHeight = height - 16 + 'px';
		if (box.left + right + GAP + panel.offsetWidth <= width)
			style.left = box.left + right + GAP + 'px';
		else if (box.left + left - GAP - panel.offsetWidth >= 0)
			style.left = box.left + left - GAP - panel.offsetWidth + 'px';
		else {
			style.left = Math.max(0, Math.min(width - panel.offsetWidth, box.left + left - panel.offsetWidth / 2)) + 'px';
			style.maxHeight = Math.max(0, (isAbove ? box.top + top : height - box.top - bottom) - GAP - 8) + 'px';
			style.top = (isAbove ? box.top + top - GAP - panel.offsetHeight : box.top + bottom + GAP) + 'px';
			return;
		}
		style.top = Math.max(8, Math.min(height - panel.offsetHeight - 8, box.top + top - 24)) + 'px';
	}
	function show(index, pin) {
		const isOther = index !== shown;
		shown = index;
		isPinned = pin && index >= 0;
		panel.classList.toggle('shown', index >= 0);
		panel.classList.toggle('pinned', isPinned);
		ring.classList.toggle('shown', index >= 0);
		if (index >= 0 && isOther) {
			tell(spots[index]);
			panel.scrollTop = 0;
		}
		if (index >= 0)
			place();
	}
	function nearest(event, reach) {
		const box = image.getBoundingClientRect(), scale = data.width / box.width;
		const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
		let best = -1, least = (reach * scale) ** 2;
		spots.forEach(function (spot, i) {
			const dx = Math.max(spot.x - x, 0, x - spot.x - spot.width), dy = Math.max(spot.y - y, 0, y - spot.y - spot.height);
			const distance = dx * dx + dy * dy;
			if (distance < least) {
				best = i;
				least = distance;
			}
		});
		return best;
	}

	picture.addEventListener('pointermove', (event) => isPinned || event.pointerType === 'touch' || show(nearest(event, 10), false));
	picture.addEventListener('pointerleave', () => isPinned || show(-1, false));
	picture.addEventListener('click', function (event) {
		const index = nearest(event, matchMedia('(pointer: coarse)').matches ? 28 : 10);
		show(isPinned && index === shown ? -1 : index, true);
	});
	picture.addEventListener('blur', () => isPinned || show(-1, false));
	// Up and down among the spots of a moment, left and right to the nearest of the next moment that has any.
	picture.addEventListener('keydown', function (event) {
		const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -1, End: 1 }[event.key];
		let to = shown;
		if (event.key === 'Escape')
			show(-1, false);
		if (!step || !spots.length)
			return;
		event.preventDefault();
		if (event.key === 'Home' || shown < 0)
			to = 0;
		else if (event.key === 'End')
			to = spots.length - 1;
		else if (event.key === 'ArrowUp' || event.key === 'ArrowDown')
			to = spots[shown + step] && spots[shown + step].column === spots[shown].column ? shown + step : shown;
		else {
			while (spots[to] && spots[to].column === spots[shown].column)
				to += step;
			for (let i = to; spots[i] && spots[i].column === spots[to].column; i += step)
				if (Math.abs(spots[i].y - spots[shown].y) < Math.abs(spots[to].y - spots[shown].y))
					to = i;
		}
		show(spots[to] ? to : shown, true);
	});
	for (const what of ['scroll', 'resize'])
		window.addEventListener(what, () => shown >= 0 && place(), { passive: true, capture: true });
	document.documentElement.classList.add('live');
})();
