import './mantine-styles.js';
import './console.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { preloadPages } from './pages.js';

preloadPages();

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
