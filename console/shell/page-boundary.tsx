import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { ErrorNotice } from '../parts/error-notice.js';

interface PageBoundaryState {
  readonly error: unknown;
}

/** Shows an error of one page in its place; the rest of the console stays. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, PageBoundaryState> {
  override state: PageBoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): PageBoundaryState {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <>
        <ErrorNotice error={error} what="This page could not be shown" />
        <Button
          mt="md"
          variant="default"
          onClick={() => {
            // After an upgrade of the gateway, parts of this page have other names.
            location.reload();
          }}
        >
          Load the page again
        </Button>
      </>
    );
  }
}
