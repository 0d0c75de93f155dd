// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// How the tests read the page; evaluated in it before they begin.
(() => {
const figure = text => Number(text.replace(/[^0-9.]/g, ''));
const rowsOf = id => [...document.getElementById(id).tBodies[0].rows].filter(row => !row.closest('[data-empty]'));
const cellsOf = id => rowsOf(id).map(row => [...row.cells].filter(c => c.className !== 'bar').map(c => c.textContent));

/* 0 to 255 each, as drawn. */
function rgb(color) {
	const context = rgb.context ??= new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
	context.clearRect(0, 0, 1, 1);
	context.fillStyle = color;
	context.fillRect(0, 0, 1, 1);
	return [...context.getImageData(0, 0, 1, 1).data];
}

/* WCAG 2.2 */
function luminance(color) {
	const [r, g, b] = rgb(color).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
	const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
}
function backgroundOf(element) {
	for (let e = element; e; e = e.parentElement) {
		const color = getComputedStyle(e).backgroundColor;
		if (rgb(color)[3] === 255)
			return color;
	}
	return 'white';
}

/* All texts of their own that are to be seen: {element, color, box}. */
function texts() {
	const found = [];
	for (const element of document.body.querySelectorAll('*')) {
		const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
		if (!own || element.closest('script, style, title, noscript, .unseen'))
			continue;
		const style = getComputedStyle(element), box = element.getBoundingClientRect();
		if (box.width && style.visibility === 'visible')
			found.push({element, box, color: element instanceof SVGElement ? style.fill : style.color});
	}
	return found;
}

const boxOf = element => (({left, right, top, bottom}) => ({left, right, top, bottom, text: element.textContent}))(element.getBoundingClientRect());
const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;

window.reading = {
	figure, cellsOf,
	count: id => figure(document.getElementById(id).textContent),
	boxes: () => Object.fromEntries([...document.querySelectorAll('#diagram .box:not(.start)')]
		.map(b => [b.dataset.state, figure(b.querySelector('.count').textContent)])),
	arrows: () => Object.fromEntries([...document.querySelectorAll('#diagram .arrow')].map(a => [a.dataset.arrow, {
		rate: a.querySelector('.rate').textContent, width: parseFloat(a.querySelector('.shaft').style.strokeWidth),
		taken: a.hasAttribute('data-taken')}])),
	exits: () => Object.fromEntries([...document.querySelectorAll('#diagram .box:not(.start)')]
		.map(b => [b.dataset.state, b.querySelector('.exit').textContent])),
	transitions: () => Object.fromEntries(rowsOf('transitions').map(r => [r.dataset.key, {
		rate: r.cells[2].textContent, count: figure(r.cells[3].textContent)}])),
	shares: id => Object.fromEntries(rowsOf(id).map(r => [r.dataset.key, figure(r.cells[2].textContent)])),
	facts: id => [...document.querySelectorAll(`#${id} dd`)].map(dd => figure(dd.textContent)),
	alerts: () => [...document.querySelectorAll('#alerts li')].map(li => li.textContent),
	link: () => document.documentElement.dataset.link,
	status: () => document.getElementById('status-text').textContent,
	stale: () => document.documentElement.hasAttribute('data-stale'),

	/* Texts below the ratio: each with what it is. */
	pale: ratio => texts().map(t => [contrast(t.color, backgroundOf(t.element)), t.element.textContent.trim()])
		.filter(([c]) => c < ratio).map(([c, words]) => `${words}: ${c.toFixed(2)}`),
	/* Lines and bars that carry meaning. */
	paleGraphics: ratio => [...document.querySelectorAll('.shaft, .box > rect:first-child, .column, .share, .spark path')].map(e => {
		const style = getComputedStyle(e);
		return [contrast(style.stroke !== 'none' ? style.stroke : style.fill, backgroundOf(e)), e.getAttribute('class')];
	}).filter(([c]) => c < ratio),

	/* Words of the diagram that cover each other or a box, or stand out of it. */
	collisions: () => {
		const svg = boxOf(document.getElementById('diagram')), found = [];
		const words = [...document.querySelectorAll('#diagram .arrow text')].filter(t => t.textContent).map(boxOf);
		const boxes = [...document.querySelectorAll('#diagram .box > rect:first-child')].map(boxOf);
		words.forEach((one, i) => {
			for (const other of words.slice(i + 1))
				if (meet(one, other))
					found.push(`${one.text} / ${other.text}`);
			if (boxes.some(box => meet(one, box)))
				found.push(one.text + ' on a box');
			if (one.left < svg.left - 1 || one.right > svg.right + 1 || one.top < svg.top || one.bottom > svg.bottom)
				found.push(one.text + ' beyond the figure');
		});
		for (const box of document.querySelectorAll('#diagram .box')) {
			const frame = boxOf(box.querySelector('rect'));
			for (const text of box.querySelectorAll('text:not(:empty)'))
				if (boxOf(text).left < frame.left || boxOf(text).right > frame.right)
					found.push(text.textContent + ' wider than its box');
		}
		return found;
	},
	/* What makes the page wider than the window. */
	tooWide: () => document.documentElement.scrollWidth <= innerWidth ? []
		: [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.tagName + ' ' + e.textContent.slice(0, 40)),
	smallest: () => Math.min(...texts().map(t => parseFloat(getComputedStyle(t.element).fontSize))),
};
})();
