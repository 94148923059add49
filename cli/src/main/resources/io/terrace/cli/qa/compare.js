(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const reusing = data.setups.filter(setup => setup !== 'alone' && setup !== 'plain');
  const font = '12px system-ui, sans-serif';
  let plots = [];

  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colour = name => style('--' + name.replaceAll('+', '-')) || style('--ink');
  const row = (setup, history) => data.rows.find(r => r.setup === setup && r.history === history);
  const grouped = number => number.toLocaleString('en-US', {maximumFractionDigits: 3});

  function axis(label, more) {
    return {
      label, font, labelFont: '600 ' + font, labelSize: 24, size: 32, stroke: style('--ink'),
      grid: {stroke: style('--grid'), width: 1}, ticks: {stroke: style('--grid'), width: 1}, ...more,
    };
  }

  function draw(element, options, columns) {
    const size = {width: element.clientWidth, height: options.height};
    plots.push(new uPlot({...options, ...size, padding: [12, 20, 0, 0]}, columns, element));
  }

  // The first and last point keep a distance to the edges, and so does a single one.
  function around(least, most) {
    const margin = (most - least) * 0.04 || Math.max(1, least * 0.2);
    return [least - margin, most + margin];
  }

  function lines(id, title, label, value, logarithmic) {
    const columns = data.setups.map(setup => data.histories.map(history => {
      const found = row(setup, history);
      return found ? value(found) : null;
    }));
    const series = data.setups.map(setup => ({
      label: setup, stroke: colour(setup), width: setup === 'all' ? 3 : 2, spanGaps: true,
      dash: setup === 'plain' ? [3, 5] : setup === 'alone' ? [8, 5] : undefined,
      points: {show: true, size: 7, fill: style('--paper')},
      value: (plot, number) => number == null ? '' : grouped(number),
    }));
    draw(document.getElementById(id), {
      title, height: 340,
      scales: {
        x: {time: false, range: (plot, least, most) => around(least, most)},
        y: logarithmic ? {distr: 3} : {range: (plot, least, most) => [0, most * 1.08]},
      },
      axes: [
        axis('history of a user, words', {values: (plot, ticks) => ticks.map(grouped)}),
        axis(label, {size: 62, values: (plot, ticks) => ticks.map(tick => tick == null ? '' : grouped(tick))}),
      ],
      series: [{label: 'history', value: (plot, number) => number == null ? '' : grouped(number)}, ...series],
      legend: {live: false},
    }, [data.histories, ...columns]);
  }

  // Each bar is drawn from zero up to its own end, the highest first.
  function stacked(element, setup) {
    const used = index => data.rows.some(r => r.setup === setup && r.shares[index] > 0);
    const order = data.tiers.map((tier, index) => index).filter(used).reverse();
    const upTo = index => data.histories.map(history => {
      const found = row(setup, history);
      return found ? 100 * found.shares.slice(0, index + 1).reduce((sum, share) => sum + share, 0) : null;
    });
    const bars = uPlot.paths.bars({size: [0.6, 56]});
    const places = data.histories.map((history, index) => index);
    draw(element, {
      title: setup, height: 260,
      scales: {x: {time: false, range: [-0.6, places.length - 0.4]}, y: {range: [0, 100]}},
      axes: [
        axis('history of a user, words',
          {splits: places, values: (plot, ticks) => ticks.map(tick => grouped(data.histories[tick])), grid: {show: false}}),
        axis('% of prompt tokens', {size: 46}),
      ],
      series: [{}, ...order.map(index => ({
        label: data.tiers[index], fill: colour(data.tiers[index]), stroke: colour(data.tiers[index]),
        width: 0, paths: bars, points: {show: false},
      }))],
      legend: {live: false}, cursor: {show: false},
    }, [places, ...order.map(upTo)]);
  }

  function all() {
    plots.forEach(plot => plot.destroy());
    plots = [];
    lines('speed', '', 'requests per second', r => r.processingSpeed, false);
    for (const part of ['p50', 'p95', 'p99']) {
      lines(part, part, 'ms to the first token', r => r['ttftMs' + part.toUpperCase()], true);
    }
    const tiers = document.getElementById('tiers');
    tiers.replaceChildren(...reusing.map(() => Object.assign(document.createElement('div'), {className: 'chart'})));
    reusing.forEach((setup, index) => stacked(tiers.children[index], setup));
  }

  all();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
  let waiting = 0;
  addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(all, 150);
  });
})();
